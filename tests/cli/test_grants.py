"""With two roles the program may add to what only grows, and nothing else, whatever it tries."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.health.services.publishing import publish
from app.surveys.services.cleaning import rewrite_files
from migrations import roles, statistics
from tests.factories import NOW
from tests.health.makers import closed_on
from tests.surveys.makers import close, make_open_wave, make_sides, vote_all

PASSWORD = "of-the-program"
pytestmark = pytest.mark.postgres


@pytest.fixture
def program(app, engine, store, runner):
    """Share a database of its own out among two roles; gives an engine of the program's role."""
    url = store("postgresql").create("roles")
    owner = create_engine(url)
    with owner.begin() as connection:
        for role in ("tandem_keeper", "tandem_program"):
            connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'"))
        for statement in list(roles.grants(connection, "tandem_keeper", "tandem_program")):
            connection.execute(text(statement))
    made = create_engine(owner.url.set(username="tandem_program", password=PASSWORD))
    yield made
    made.dispose()
    owner.dispose()
    store("postgresql").drop(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for role in ("tandem_keeper", "tandem_program"):
            connection.execute(text(f"DROP ROLE {role}"))


def published(session):
    """A wave from its making to its publishing, all by the program's role."""
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    vote_all(session, wave, sides)
    session.commit()
    close(session, wave, keys)
    session.commit()
    publish(session, wave.id, on=closed_on(), at=NOW)
    session.commit()


def is_denied(session, statement):
    try:
        session.execute(text(statement))
    except ProgrammingError as reason:
        return "permission denied" in str(reason) or "must be owner" in str(reason)
    finally:
        session.rollback()
    return False


TRIES = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TRIGGER {guard} ON {table}",
    "DROP TABLE {table} CASCADE",
)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_the_program_lives_through_a_wave_and_changes_nothing_that_only_grows(app, program):
    with Session(program) as session:
        published(session)
        kept = {
            table: session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
            for table in ("answer", "cell", "snapshot", "pair_figure", "audit_entry")
        }
        session.rollback()
        tries = {
            (table, attempt.format(table=table, guard=guard, column=column))
            for table, guard in roles.KEPT.items()
            for attempt in TRIES
            for column in [_first_column(session, table)]
            if table not in roles.ALSO_CHANGED or not attempt.startswith(("UPDATE", "DELETE"))
        }
        allowed = sorted(attempt for _table, attempt in tries if not is_denied(session, attempt))
        owned = roles.owned(session.connection())

    assert kept["answer"] == 32
    assert 0 not in kept.values()
    assert len(tries) == len(roles.KEPT) * len(TRIES) - 2
    assert allowed == []
    assert owned == []


def _first_column(session, table):
    return session.scalar(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass)"
            " AND attnum > 0 ORDER BY attnum LIMIT 1"
        ),
        {"name": table},
    )


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_the_program_still_rewrites_the_files_of_what_it_deleted(app, program):
    with Session(program) as session:
        published(session)
        before = _files(session)
        session.rollback()

        rewrite_files(program)

        after = _files(session)
        learned = statistics.learned(session.connection())
    assert all(after[table] != before[table] for table in before)
    assert learned == []


def _files(session):
    names = ("ballot_mark", "sealed_box", "asked", "notice", "private_mail")
    return {
        name: session.scalar(text("SELECT pg_relation_filepath(:name)"), {"name": name})
        for name in names
    }


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_with_one_role_the_doctor_says_what_it_could_change_and_stays_content(app, runner):
    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 0
    assert "roles: could be safer" in result.output
    assert "answer, audit_entry, cell," in result.output


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_with_one_role_the_same_tries_succeed(app, session):
    """The twin: as the owner the program could take the guards away."""
    denied = [
        table
        for table, guard in roles.KEPT.items()
        if is_denied(session, f"DROP TRIGGER {guard} ON {table}")
    ]

    assert denied == []


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_the_command_prints_the_sql(app, runner):
    lines = runner.invoke(args=["grants", "keeper", "program"]).output.splitlines()

    assert "GRANT SELECT, INSERT ON snapshot TO program;" in lines
    assert "ALTER TABLE sealed_box OWNER TO program;" in lines
    assert "ALTER TABLE booking_step OWNER TO program;" in lines
    assert all(line.endswith(";") for line in lines)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_sqlite_knows_no_roles(app, runner):
    result = runner.invoke(args=["grants", "keeper", "program"])

    assert (result.exit_code, "SQLite knows no roles" in result.output) == (1, True)
