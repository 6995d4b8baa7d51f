"""Each change of a booking: its new state, one step of its history, one notice, one entry.

Versions of a booking run from 1 without a gap, and each has exactly one step and one notice to
the person (I4, I5). The log is written last: its end is one row that everybody lines up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.domain.seats import BookingState
from app.gatherings.models import Booking, BookingStep

_A_STEP = insert(cast("Table", BookingStep.__table__))  # history is only ever added to


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something when, and why; `by` is None for what happens by itself."""

    at: datetime
    by: int | None = None
    reason: str = ""


def first_step(session: Session, booking: Booking, act: Act) -> None:
    """Store a new booking with version 1 of its history."""
    session.add(booking)
    session.flush()  # the seat is counted now, and the history needs the key
    _step(session, booking, None, act)


def step(session: Session, booking: Booking, to: BookingState, act: Act, **fields: object) -> None:
    """Move a booking to another state (or change it within one) and add that to its history.

    `fields` are the columns that change with it; set elsewhere they would count a version that
    the history does not know.
    """
    before = booking.state
    for name, value in {"state": to, "changed_at": act.at, **fields}.items():
        setattr(booking, name, value)
    if act.reason:
        booking.reason = act.reason
    session.flush()  # the seat is counted and the version counted up
    _step(session, booking, before, act)


def _step(session: Session, booking: Booking, before: BookingState | None, act: Act) -> None:
    row = {
        "booking_id": booking.id,
        "version": booking.version,
        "before": before,
        "after": booking.state,
        "at": act.at,
        "actor_id": act.by,
        "reason": act.reason,
    }
    session.connection().execute(_A_STEP, row)


def log_bookings(
    session: Session, bookings: Sequence[Booking], act: Act, *, kind: AuditKind | None = None
) -> None:
    """Write one entry per changed booking; the last thing an act does."""
    for booking in dict.fromkeys(bookings):
        audit.record(
            session,
            kind or AuditKind.BOOKING_CHANGED,
            actor_id=act.by,
            subject=f"booking:{booking.id}",
            at=act.at,
            gathering=booking.gathering_id,
            version=booking.version,
            state=booking.state.value,
        )


def log_gathering(session: Session, gathering_id: int, act: Act, **detail: object) -> None:
    """Write one entry about the gathering itself."""
    audit.record(
        session,
        AuditKind.GATHERING_CHANGED,
        actor_id=act.by,
        subject=f"gathering:{gathering_id}",
        at=act.at,
        **detail,
    )
