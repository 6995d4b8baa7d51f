"""The list of a session: who holds a seat, and what is marked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.attendance import Presence
from app.gatherings.models import Attendance, Booking


def marks(session: Session, gathering_id: int) -> dict[tuple[int, int], Presence]:
    """(booking, meeting) -> what is marked. One statement."""
    rows = session.execute(
        select(Attendance.booking_id, Attendance.meeting_id, Attendance.presence)
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(Booking.gathering_id == gathering_id)
    )
    return {(booking, meeting): presence for booking, meeting, presence in rows}
