"""What the database says, in words people can use."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

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
