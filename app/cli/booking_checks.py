"""What the doctor looks for in seats, waiting lists and their histories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.gatherings.queries.bookings import checks

NOTICES_ARE_KEPT = timedelta(days=14)


def seats_add_up(session: Session, _now: datetime) -> Iterable[str]:
    """No seat is sold twice, and the count is right (I1)."""
    yield from checks.miscounted_seats(session)


def lists_move(session: Session, now: datetime) -> Iterable[str]:
    """Nobody stands twice in one list, waits beside a free seat, or past an answer (I2)."""
    yield from checks.doubled_bookings(session)
    yield from checks.idle_seats(session, now)
    yield from checks.late_answers(session, now)


def times_fit(session: Session, _now: datetime) -> Iterable[str]:
    """Nobody has to be in two places, and every seat holds its person's time (I3)."""
    yield from checks.doubled_times(session)
    yield from checks.lost_times(session)


def histories_are_whole(session: Session, now: datetime) -> Iterable[str]:
    """Every change of a booking stands in its history and was told (I4, I5)."""
    yield from checks.broken_histories(session)
    yield from checks.untold_changes(session, since=now - NOTICES_ARE_KEPT)
