"""What the database says, in words people can use."""

import logging
import sqlite3

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.web import problems


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("trouble", "status", "words"),
    [
        (psycopg.errors.DeadlockDetected("deadlock detected"), 409, "Someone was faster"),
        (psycopg.errors.SerializationFailure("try again"), 409, "Someone was faster"),
        (psycopg.errors.DiskFull("No space left on device"), 503, "the storage is full"),
        (psycopg.OperationalError("connection refused"), 503, "cannot be reached"),
        (psycopg.errors.LockNotAvailable("due to lock timeout"), 503, "Too many others are saving"),
        (sqlite3.OperationalError("database is locked"), 503, "Too many others are saving"),
        (sqlite3.OperationalError("disk I/O error"), 503, "the storage is full"),
    ],
)
def test_database_trouble_is_told_apart(app, trouble, status, words):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        answer = problems.database_trouble(OperationalError("SELECT 1", {}, trouble))

    assert (answer[1], words in answer[0]) == (status, True)


@pytest.mark.parametrize("hidden", [True, False])
def test_a_fault_of_the_database_does_not_carry_its_values_into_the_log(
    session, engine, caplog, monkeypatch, hidden
):
    if not hidden:  # as it would be without being told so
        monkeypatch.setattr(engine, "hide_parameters", False)

    values = {"person": 987_654}  # written apart: a trace shows lines of the program as well
    with pytest.raises(DBAPIError) as fault:
        session.execute(text("INSERT INTO nowhere VALUES (:person)"), values)
    logging.getLogger("tandem").error("request failed", exc_info=fault.value)

    assert "INSERT INTO nowhere" in caplog.text
    assert ("987654" in caplog.text) is not hidden
