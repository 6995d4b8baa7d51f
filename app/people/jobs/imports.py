"""Forget read files that nobody applied."""

from __future__ import annotations

from app import clock
from app.database import unit_of_work
from app.people.services import imports


def forget() -> None:
    """Drop what is older than a day."""
    with unit_of_work() as session:
        imports.forget_expired(session, now=clock.now())
