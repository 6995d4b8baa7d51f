"""What a close has kept and signed stays as it is: the database itself refuses the rest."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError

from app.health.models import Snapshot
from app.health.services.publishing import publish
from migrations import guards
from tests.factories import NOW
from tests.health.makers import closed_on
from tests.surveys.makers import close, make_open_wave, make_sides, vote_all
from tests.surveys.test_comments_kept import comment_all

CHANGES = {
    "ao_wave": "UPDATE wave SET k = 15",
    "ao_cell": "UPDATE cell SET importance = 0.25",
    "ao_wave_team": "UPDATE wave_team SET members = 99",
    "ao_comment_count": "UPDATE comment_count SET written = 99",
    "ao_released_comment": "UPDATE released_comment SET text = 'Well done'",
    "ao_answer": "UPDATE answer SET steps = '1111111111'",
    "ao_snapshot": "UPDATE snapshot SET formula = 9",
    "ao_pair_figure": "UPDATE pair_figure SET score = 99",
}
TABLES = {name: name.removeprefix("ao_") for name in CHANGES}


@pytest.fixture
def closed(app, session):
    """A wave that was closed and published, with comments."""
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    comment_all(session, wave, sides)
    close(session, wave, keys)
    session.flush()
    publish(session, wave.id, on=closed_on(), at=NOW)
    session.commit()
    return wave


def refused(session, name, statement):
    """Whether the guard `name` refuses; nothing is left of the attempt."""
    try:
        session.execute(text(statement))
    except (IntegrityError, InternalError) as reason:
        return name in str(reason.orig)
    finally:
        session.rollback()
    return False


def test_nothing_kept_is_changed_or_deleted(app, session, closed):
    found = {
        name: [
            refused(session, name, statement),
            refused(session, name, f"DELETE FROM {TABLES[name]}"),  # noqa: S608 - names of ours
        ]
        for name, statement in CHANGES.items()
    }

    assert found == {name: [True, True] for name in CHANGES}


def test_without_its_guard_it_would_be(app, session, closed):
    changed = {}
    for name, statement in CHANGES.items():
        guards.drop(session.connection(), name)
        changed[name] = session.execute(text(statement)).rowcount > 0
        session.rollback()

    assert changed == dict.fromkeys(CHANGES, True)


@pytest.mark.postgres
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_nothing_kept_is_truncated(app, session, closed):
    found = {name: refused(session, name, f"TRUNCATE {TABLES[name]} CASCADE") for name in CHANGES}

    assert found == dict.fromkeys(CHANGES, True)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["snapshot", "answer", "wave"])
def test_a_row_is_not_replaced_by_a_twin_of_its_key(app, session, closed, table):
    twin = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608 - names of ours

    assert refused(session, f"ao_{table}", twin)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_recursive_triggers_a_twin_would_replace_a_snapshot(app, session, closed):
    session.execute(text("PRAGMA recursive_triggers=0"))

    twin = "INSERT OR REPLACE INTO snapshot SELECT * FROM snapshot"
    replaced = session.execute(text("PRAGMA defer_foreign_keys=1")) and session.execute(text(twin))
    found = replaced.rowcount
    session.rollback()
    session.execute(text("PRAGMA recursive_triggers=1"))
    session.rollback()

    assert found == 1


def test_what_the_clean_up_notes_may_change(app, session, closed):
    session.execute(text("UPDATE wave SET cleaned = :yes, version = 9"), {"yes": True})

    assert session.scalar(text("SELECT version FROM wave")) == 9
    session.rollback()


def test_a_name_may_be_blacked_out_in_a_comment(app, session, closed):
    session.execute(text("UPDATE released_comment SET text = 'Ask █████ sooner'"))

    assert set(session.scalars(text("SELECT text FROM released_comment"))) == {"Ask █████ sooner"}
    session.rollback()


def test_an_open_wave_changes_as_before(app, session):
    make_sides(session)
    wave, _keys = make_open_wave(session)

    wave.k = 7
    session.flush()

    assert session.scalar(text("SELECT k FROM wave")) == 7


WEAKENED = {
    "sqlite": {"DROP TRIGGER ao_snapshot_delete": "ao_snapshot"},
    "postgresql": {
        "DROP TRIGGER ao_snapshot_truncate ON snapshot": "ao_snapshot",
        "ALTER TABLE snapshot DISABLE TRIGGER ao_snapshot_truncate": "ao_snapshot",
        "CREATE OR REPLACE FUNCTION ao_answer() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$": "ao_answer",
    },
}


def test_a_guard_that_lost_a_part_or_was_changed_is_missed(app, session, engine):
    found = {}
    for weakened in WEAKENED[engine.dialect.name]:
        session.execute(text(weakened))
        found[weakened] = guards.missing(session.connection())
        session.rollback()

    assert guards.missing(session.connection()) == []
    assert found == {how: [name] for how, name in WEAKENED[engine.dialect.name].items()}


def test_a_weakened_trigger_of_the_same_name_is_missed(app, session, engine):
    if engine.dialect.name == "sqlite":
        statements = [
            "DROP TRIGGER ao_answer_update",
            "CREATE TRIGGER ao_answer_update BEFORE UPDATE ON answer BEGIN SELECT 1; END",
        ]
    else:
        statements = [
            "DROP TRIGGER ao_answer ON answer",
            "CREATE TRIGGER ao_answer BEFORE DELETE ON answer FOR EACH ROW"
            " EXECUTE FUNCTION ao_answer()",
        ]
    for statement in statements:
        session.execute(text(statement))

    found = guards.missing(session.connection())
    session.rollback()

    assert found == ["ao_answer"]
    assert session.query(Snapshot).count() == 0
