"""Who was there: the lists the demo company's trainers kept after each session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.attendance import Presence
from app.domain.seats import SEATED
from app.gatherings.models import Booking, Meeting, MeetingTrainer
from app.gatherings.services.attendance import Mark, keep_list

LATE, MISSED, EXCUSED = 0.08, 0.06, 0.07


def mark_all(
    session: Session, gathering_id: int, reliable: Collection[int], random: Random, *, at: datetime
) -> None:
    """Mark everybody who had a seat; most came, one in ten or so did not.

    `reliable` people (by their key) always come.
    """
    meetings = session.scalars(select(Meeting.id).where(Meeting.gathering_id == gathering_id)).all()
    trainer = session.scalar(
        select(MeetingTrainer.person_id).where(MeetingTrainer.meeting_id.in_(meetings)).limit(1)
    )
    seated = session.execute(
        select(Booking.id, Booking.person_id)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(SEATED))
        .order_by(Booking.id)
    )
    marks = []
    for booking_id, person_id in seated:
        presence = Presence.PRESENT if person_id in reliable else _presence(random)
        marks += [Mark(booking_id, meeting_id, presence) for meeting_id in meetings]
    keep_list(session, gathering_id, marks, by=trainer, at=at, random=random)


def _presence(random: Random) -> Presence:
    dice = random.random()
    if dice < MISSED:
        return Presence.ABSENT
    if dice < MISSED + EXCUSED:
        return Presence.EXCUSED
    return Presence.LATE if dice < MISSED + EXCUSED + LATE else Presence.PRESENT
