"""Whose turn it is to give feedback, and what may be told: only the number below five answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.seats import BookingState, GatheringKind
from app.domain.voices import (
    FEEDBACK_QUESTIONS,
    FLOOR,
    TIME_TO_SPEAK,
    Told,
    told,
)
from app.gatherings.models import Booking, FeedbackMark, FeedbackSheet, Gathering

CAME = (BookingState.ATTENDED, BookingState.PARTLY_ATTENDED)


@dataclass(frozen=True, slots=True)
class Voices:
    """How many spoke, the means, and what was written, shuffled."""

    answers: int
    means: Sequence[Told]
    words: Sequence[str]


def to_give(session: Session, person_id: int, *, at: datetime) -> Sequence[Gathering]:
    """Sessions of the last two weeks that a person came to and has not spoken of, oldest first.

    Only the person's own marks are looked at, and they are gone when the time is over. One
    statement.
    """
    spoken = select(FeedbackMark.gathering_id).where(FeedbackMark.person_id == person_id)
    return session.scalars(
        select(Gathering)
        .join(Booking, Booking.gathering_id == Gathering.id)
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(CAME),
            Gathering.kind == GatheringKind.SESSION,
            Gathering.ends_at <= at,
            Gathering.ends_at > at - TIME_TO_SPEAK,
            Gathering.id.not_in(spoken),
        )
        .order_by(Gathering.ends_at, Gathering.id)
        .options(joinedload(Gathering.course))
    ).all()


def of_session(session: Session, gathering: Gathering, *, at: datetime) -> Voices | None:
    """The feedback on a session; None until two weeks after it. One statement."""
    if at < gathering.ends_at + TIME_TO_SPEAK:
        return None
    sheets = session.scalars(
        select(FeedbackSheet)
        .where(FeedbackSheet.gathering_id == gathering.id)
        .order_by(FeedbackSheet.key)  # random, and so is the order
    ).all()
    if len(sheets) < FLOOR:
        return Voices(len(sheets), (), ())
    rows = [{name: getattr(sheet, name) for name in FEEDBACK_QUESTIONS} for sheet in sheets]
    words = [sheet.words for sheet in sheets if sheet.words]
    return Voices(len(sheets), told(rows, list(FEEDBACK_QUESTIONS)), words)
