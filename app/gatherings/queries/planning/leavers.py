"""Sessions that somebody leads who has left the company."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.seats import BOOKABLE, GatheringState
from app.gatherings.models import Gathering, Meeting, MeetingTrainer
from app.people.models import Person


def led_by_leavers(session: Session, *, at: datetime) -> list[int]:
    """Keys of sessions, drafts included, with a meeting to come led by who has left. One statement.

    The day is that of UTC: whoever left yesterday by their own clock is found a few hours later.
    """
    rows = session.scalars(
        select(Gathering.id)
        .distinct()
        .join(Meeting, Meeting.gathering_id == Gathering.id)
        .join(MeetingTrainer, MeetingTrainer.meeting_id == Meeting.id)
        .join(Person, Person.id == MeetingTrainer.person_id)
        .where(
            Gathering.state.in_(BOOKABLE | {GatheringState.DRAFT}),
            Meeting.starts_at > at,
            Person.left_on <= at.date(),
        )
        .order_by(Gathering.id)
    )
    return list(rows)
