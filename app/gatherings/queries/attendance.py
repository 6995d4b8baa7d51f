"""The list of a session: who holds a seat, and what is marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.attendance import Presence
from app.gatherings.models import Attendance, AttendanceStep, Booking


def marks(session: Session, gathering_id: int) -> dict[tuple[int, int], Presence]:
    """(booking, meeting) -> what is marked. One statement."""
    rows = session.execute(
        select(Attendance.booking_id, Attendance.meeting_id, Attendance.presence)
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(Booking.gathering_id == gathering_id)
    )
    return {(booking, meeting): presence for booking, meeting, presence in rows}


def is_there(session: Session, booking_id: int, meeting_ids: Collection[int]) -> bool:
    """Whether somebody is marked as there, in time or late, at one of some meetings.

    One statement.
    """
    found = session.scalar(
        select(Attendance.booking_id)
        .where(
            Attendance.booking_id == booking_id,
            Attendance.meeting_id.in_(sorted(meeting_ids)),
            Attendance.presence.in_((Presence.PRESENT, Presence.LATE)),
        )
        .limit(1)
    )
    return found is not None


def corrections(session: Session, gathering_id: int) -> list[list[AttendanceStep]]:
    """The history of every mark that was changed, each in order, with its people. One statement."""
    rows: Sequence[AttendanceStep] = session.scalars(
        select(AttendanceStep)
        .join(Booking, Booking.id == AttendanceStep.booking_id)
        .where(Booking.gathering_id == gathering_id)
        .order_by(AttendanceStep.booking_id, AttendanceStep.meeting_id, AttendanceStep.version)
        .options(
            joinedload(AttendanceStep.actor),
            joinedload(AttendanceStep.meeting),
            joinedload(AttendanceStep.booking).joinedload(Booking.person),
        )
    ).all()
    found: dict[tuple[int, int], list[AttendanceStep]] = {}
    for row in rows:
        found.setdefault((row.booking_id, row.meeting_id), []).append(row)
    return [steps for steps in found.values() if len(steps) > 1]
