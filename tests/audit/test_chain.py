"""The audit log: rows are only added, and whoever goes past the guard is found out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import services
from app.audit.models import AuditEntry, AuditHead, AuditKind
from app.audit.services import Verdict, record, verify
from app.domain.roles import Role
from migrations import guards
from tests.factories import NOW, make_person, sign_in

GUARD = next(guard for guard in guards.GUARDS if guard.name == "ao_audit_entry")
CHANGES = {
    "actor": "UPDATE audit_entry SET actor_id = 99 WHERE id = 3",
    "kind": "UPDATE audit_entry SET kind = 'access.signed_out' WHERE id = 3",
    "time": "UPDATE audit_entry SET at = '2020-01-01 00:00:00.000000' WHERE id = 3",
    "subject": "UPDATE audit_entry SET subject = 'stay:99' WHERE id = 3",
    "detail": """UPDATE audit_entry SET detail = '{"step": 99}' WHERE id = 3""",
    "hash": "UPDATE audit_entry SET hash = '" + "f" * 64 + "' WHERE id = 3",
    "gone": "DELETE FROM audit_entry WHERE id = 3",
}


@pytest.fixture
def five(session):
    for step in range(5):
        record(session, AuditKind.STAY_CHANGED, actor_id=7, subject="stay:17", at=NOW, step=step)
    session.commit()


@pytest.fixture
def unguarded(engine, session):
    """Take the guard away, as somebody with the key to the database could, and bring it back."""
    names = GUARD.sqlite_names if engine.dialect.name == "sqlite" else ()
    drops = [f"DROP TRIGGER {name}" for name in names] or GUARD.postgresql_drop
    makes = GUARD.sqlite if engine.dialect.name == "sqlite" else GUARD.postgresql
    session.commit()
    run(engine, *drops)
    yield
    session.rollback()
    run(engine, *makes)


def verdict_on(session):
    """The verdict, with nothing left open that others would wait for."""
    verdict = verify(session)
    session.rollback()
    return verdict


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_whole_chain_is_found_whole(session, five):
    assert verdict_on(session) == Verdict(entries=5, broken_at=None)


@pytest.mark.parametrize("change", CHANGES)
def test_guard_refuses_every_change(change, engine, session, five):
    with pytest.raises(DBAPIError, match="ao_audit_entry"):
        run(engine, CHANGES[change])

    assert verdict_on(session) == Verdict(entries=5, broken_at=None)


@pytest.mark.parametrize("change", CHANGES)
def test_without_the_guard_the_change_succeeds_but_is_named(
    change, engine, session, five, unguarded
):
    run(engine, CHANGES[change])

    verdict = verdict_on(session)

    assert (verdict.entries, verdict.broken_at) == (2, 3)
    assert verdict.problem


@pytest.mark.usefixtures("five", "unguarded")
def test_missing_end_of_the_log_is_named(engine, session):
    run(engine, "DELETE FROM audit_entry WHERE id >= 4")

    assert verdict_on(session) == Verdict(3, 4, "entries are missing at the end")


@pytest.mark.usefixtures("five", "unguarded")
def test_missing_head_is_named(engine, session):
    run(engine, "DELETE FROM audit_head")

    assert verdict_on(session) == Verdict(5, 5, "the end of the chain is missing")


@pytest.mark.usefixtures("five", "unguarded")
def test_changed_entry_with_a_fresh_hash_is_named_by_the_next_one(session):
    entry = session.get(AuditEntry, 3)
    entry.actor_id = 99
    forged = services.digest(entry)
    session.rollback()
    session.execute(update(AuditEntry).where(AuditEntry.id == 3).values(actor_id=99, hash=forged))
    session.commit()

    assert verdict_on(session) == Verdict(3, 4, "it does not follow the entry before")


def test_replacing_a_row_does_not_walk_past_the_guard(engine, session, five):
    row = session.execute(select(AuditEntry.__table__).where(AuditEntry.id == 3)).one()
    session.commit()
    replace = insert(AuditEntry).prefix_with("OR REPLACE", dialect="sqlite")

    with pytest.raises(DBAPIError):
        session.execute(replace.values({**row._mapping, "actor_id": 99}))
    session.rollback()

    assert verdict_on(session) == Verdict(entries=5, broken_at=None)


def test_entry_belongs_to_the_change_it_tells_of(session, five):
    record(session, AuditKind.STAY_CHANGED, actor_id=7, subject="stay:17", at=NOW)
    session.rollback()

    assert session.scalar(select(func.count(AuditEntry.id))) == 5
    assert session.scalar(select(AuditHead.entries)) == 5


def test_unknown_kind_raises(session):
    with pytest.raises(ValueError, match="is not a valid AuditKind"):
        record(session, "access.dropped", actor_id=7, subject="stay:17", at=NOW)


def test_command_names_the_gap(runner, session, engine, five, unguarded):
    whole = runner.invoke(args=["audit", "verify"])
    run(engine, CHANGES["gone"])
    broken = runner.invoke(args=["audit", "verify"])

    assert (whole.exit_code, whole.output) == (0, "The chain is whole: 5 entries.\n")
    assert (broken.exit_code, broken.output) == (
        1,
        "The chain is broken at entry 3: it is missing.\n",
    )


def test_page_names_the_gap_to_the_works_council(client, session, engine, five, unguarded, clock):
    sign_in(client, session, make_person(session, "Wim", roles=[Role.WORKS_COUNCIL]))
    whole = client.get("/audit/verify").text
    run(engine, CHANGES["gone"])

    assert "The chain is whole" in whole
    assert "The chain is broken at entry 3" in client.get("/audit/verify").text


def test_page_filters_by_kind_person_and_day(client, session, five, clock):
    wim = make_person(session, "Wim", roles=[Role.WORKS_COUNCIL])
    ada = make_person(session, "Ada")
    record(session, AuditKind.ROLE_GRANTED, actor_id=wim.id, subject=f"person:{ada.id}", at=NOW)
    sign_in(client, session, wim)

    found = {
        query: client.get(f"/audit?{query}").text.count('<th scope="row">')
        for query in (
            "",
            "kind=access.role_granted",
            "q=ada",
            "q=nobody",
            "since=2026-11-23",
            "since=2026-11-24",
            "until=2026-11-23",
            "until=2026-11-22",
            "since=nonsense&kind=unheard",
        )
    }

    assert found == {
        "": 6,
        "kind=access.role_granted": 1,
        "q=ada": 1,
        "q=nobody": 0,
        "since=2026-11-23": 6,
        "since=2026-11-24": 0,
        "until=2026-11-23": 6,
        "until=2026-11-22": 0,
        "since=nonsense&kind=unheard": 6,
    }


@pytest.mark.parametrize("entries", [1, 3])
def test_page_asks_the_database_the_same_number_of_times(
    entries, client, session, clock, count_statements
):
    for number in range(entries):
        ada = make_person(session, f"Ada{number}")
        record(
            session, AuditKind.PERSON_CHANGED, actor_id=ada.id, subject=f"person:{ada.id}", at=NOW
        )
    sign_in(client, session, make_person(session, "Wim", roles=[Role.WORKS_COUNCIL]))

    with count_statements() as statements:
        client.get("/audit")

    assert len(statements) == 5


def test_writers_line_up_and_leave_no_gap(engine, session):
    def write(step):
        with Session(engine) as own, own.begin():
            record(own, AuditKind.STAY_CHANGED, actor_id=7, subject="stay:1", at=NOW, step=step)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))

    assert verdict_on(session) == Verdict(entries=30, broken_at=None)


def test_truncating_the_log_is_refused(engine, session, five):
    statement = (
        "DELETE FROM audit_entry" if engine.dialect.name == "sqlite" else "TRUNCATE audit_entry"
    )

    with pytest.raises(DBAPIError, match="ao_audit_entry"):
        run(engine, statement)

    assert session.scalar(text("SELECT count(*) FROM audit_entry")) == 5
