"""Each change of a booking: its new state, one step of its history, one notice, one entry.

Versions of a booking run from 1 without a gap, and each has exactly one step and one notice to
the person (I4, I5). The log is written last: its end is one row that everybody lines up for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from app.audit import services as audit
from app.audit.models import AuditKind
from app.database import insert_row
from app.domain.seats import BookingState
from app.gatherings.models import Booking, BookingStep

_A_STEP = insert(cast("Table", BookingStep.__table__))  # history is only ever added to


@dataclass(frozen=True, slots=True)
class Done:
    """One step as it happened: the booking, its version and state from then on, and by whom."""

    booking_id: int
    gathering_id: int
    version: int
    state: BookingState
    by: int | None


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something when, and why; `by` is None for what happens by itself.

    `done` collects the steps in their order until they are written to the log.
    """

    at: datetime
    by: int | None = None
    reason: str = ""
    done: list[Done] = field(default_factory=list)

    def by_itself(self) -> Act:
        """What follows from this act without anybody's doing, noted together with it."""
        return replace(self, by=None, reason="")


def first_step(session: Session, booking: Booking, act: Act) -> None:
    """Store a new booking with version 1 of its history. Two statements.

    The object stays outside of the session: what happens to the booking later in the same act is
    not seen in it. The seat is counted now.
    """
    booking.version, booking.reason = 1, ""
    booking.id = insert_row(session, booking)
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
        "approval": booking.approval,
        "at": act.at,
        "actor_id": act.by,
        "reason": act.reason,
    }
    session.connection().execute(_A_STEP, row)
    key, version = booking.id, booking.version
    act.done.append(Done(key, booking.gathering_id, version, booking.state, act.by))


def log_bookings(session: Session, act: Act, *, kind: AuditKind | None = None) -> None:
    """Write one entry per step, in their order; the last thing an act does.

    `kind` is that of what somebody did; what followed by itself is a changed booking.
    """
    for one in act.done:
        audit.record(
            session,
            kind if kind and one.by else AuditKind.BOOKING_CHANGED,
            actor_id=one.by,
            subject=f"booking:{one.booking_id}",
            at=act.at,
            gathering=one.gathering_id,
            version=one.version,
            state=one.state.value,
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
