"""Who was there: the lists the demo company's trainers kept after each session."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.seats import SEATED, BookingState
from app.gatherings.models import Attendance, Booking, Meeting, MeetingTrainer, Presence
from app.gatherings.services.bookings.recording import Act, log_bookings, step

LATE, MISSED, EXCUSED = 0.08, 0.06, 0.07
OUTCOMES = {
    Presence.PRESENT: BookingState.ATTENDED,
    Presence.LATE: BookingState.ATTENDED,
    Presence.ABSENT: BookingState.NO_SHOW,
    Presence.EXCUSED: BookingState.EXCUSED,
}


def keep_list(session: Session, gathering_id: int, random: Random, *, at: datetime) -> None:
    """Mark everybody who had a seat; most came, one in ten or so did not."""
    meetings = session.scalars(select(Meeting).where(Meeting.gathering_id == gathering_id)).all()
    keys = [meeting.id for meeting in meetings]
    trainer = session.scalar(
        select(MeetingTrainer.person_id).where(MeetingTrainer.meeting_id.in_(keys)).limit(1)
    )
    seated = session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(SEATED))
        .order_by(Booking.id)
    ).all()
    act = Act(at, trainer)
    for booking in seated:
        presence = _presence(random)
        session.add_all(
            Attendance(
                booking_id=booking.id,
                meeting_id=key,
                presence=presence,
                marked_at=at,
                marked_by=trainer,
            )
            for key in keys
        )
        step(session, booking, OUTCOMES[presence], act)
    log_bookings(session, act)


def _presence(random: Random) -> Presence:
    dice = random.random()
    if dice < MISSED:
        return Presence.ABSENT
    if dice < MISSED + EXCUSED:
        return Presence.EXCUSED
    return Presence.LATE if dice < MISSED + EXCUSED + LATE else Presence.PRESENT
