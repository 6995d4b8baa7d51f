"""Forget what sign-in needed for a while: old counters, sessions that are over, request keys."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.database import unit_of_work
from app.people.services import sessions, throttle
from app.web import once

COUNTERS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)  # so that people can still see where they were signed in
KEYS_KEPT = timedelta(days=7)


def forget() -> None:
    """Drop what is older than needed. Three statements."""
    now = clock.now()
    with unit_of_work() as session:
        throttle.forget_old(session, before=now - COUNTERS_KEPT)
        sessions.forget_old(session, before=now - SESSIONS_KEPT)
        once.forget_old(session, before=now - KEYS_KEPT)
