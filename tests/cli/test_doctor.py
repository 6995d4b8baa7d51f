"""The doctor finds what was put wrong, and names it."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.cli.doctor import CHECKS
from app.outbox.models import Mail
from app.people.models import Account, Membership
from migrations import guards
from tests.factories import NOW, make_account, make_login, make_membership, make_person, make_team

pytestmark = pytest.mark.usefixtures("clock")


def test_healthy_database_is_healthy(runner, session):
    make_person(session, "Ada", team=make_team(session))

    result = runner.invoke(args=["doctor"])

    lines = [line for line in result.output.splitlines() if line.partition(":")[0] in CHECKS]
    assert (result.exit_code, lines) == (0, [f"{name}: ok" for name in CHECKS])


def test_missing_guard_is_named(runner, engine):
    guard = next(guard for guard in guards.GUARDS if guard.name == "ao_audit_entry")
    is_sqlite = engine.dialect.name == "sqlite"
    drops = [f"DROP TRIGGER {name}" for name in guard.sqlite_names]
    with engine.begin() as connection:
        for statement in drops if is_sqlite else guard.postgresql_drop:
            connection.exec_driver_sql(statement)

    result = runner.invoke(args=["doctor"])
    with engine.begin() as connection:
        for statement in guard.sqlite if is_sqlite else guard.postgresql:
            connection.exec_driver_sql(statement)

    assert result.exit_code == 1
    assert "  the guard ao_audit_entry is missing or was changed" in result.output


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_reference_to_nothing_is_named(runner, engine):
    with closing(sqlite3.connect(engine.url.database)) as careless:
        careless.execute("INSERT INTO skill (id, name) VALUES (1, 'Listening')")
        careless.execute("INSERT INTO person_skill (person_id, skill_id) VALUES (99, 1)")
        careless.commit()

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "points to nothing in person" in result.output


def test_gap_between_home_teams_is_named(runner, session):
    team = make_team(session)
    ada = make_person(session, "Ada", team=team)
    session.execute(update(Membership).values(ends_on=date(2025, 1, 1)))
    make_membership(session, ada, team, starts_on=date(2025, 2, 1))

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert f"  person {ada.id} has no home team on 2025-01-01" in result.output.splitlines()


def test_session_of_an_epoch_that_never_was_is_named(runner, session):
    ada = make_person(session, "Ada")
    make_account(session, ada, epoch=5)
    make_login(session, ada)
    session.execute(update(Account).values(epoch=2))

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "is from an epoch its account never had" in result.output


def test_mail_that_does_not_move_is_named(runner, session):
    mail = Mail(
        key="0" * 32,
        dedupe_key="test",
        address="ada@example.com",
        subject="Hello",
        body="Hello",
        due_at=NOW - timedelta(hours=2),
        created_at=NOW,
    )
    session.add(mail)

    result = runner.invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "1 mails have been waiting for more than an hour" in result.output
