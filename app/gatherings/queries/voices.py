"""What may be told of feedback: nothing but the number below five answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.voices import (
    FEEDBACK_QUESTIONS,
    FLOOR,
    PULSE_QUESTIONS,
    TIME_TO_SPEAK,
    Told,
    quarter,
    settled,
    told,
)
from app.gatherings.models import FeedbackSheet, Gathering, PulseMark, PulseSheet


@dataclass(frozen=True, slots=True)
class Voices:
    """How many spoke, the means, and what was written, shuffled."""

    answers: int
    means: Sequence[Told]
    words: Sequence[str]


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


def has_tapped(session: Session, contact: str, person_id: int) -> bool:
    """Whether somebody has answered after a contact. One statement."""
    return session.get(PulseMark, (contact, person_id)) is not None


def pulse_of_pair(session: Session, one: int, other: int, *, at: datetime) -> Voices:
    """The taps of both teams about each other in quarters that are over. One statement.

    The unit is the pair, both directions together, in blocks of five answers at least: told at
    once, a mean before and after one visit would tell what one person tapped.
    """
    teams, now = (one, other), quarter(at)
    sheets = session.scalars(
        select(PulseSheet).where(
            PulseSheet.from_team_id.in_(teams),
            PulseSheet.about_team_id.in_(teams),
            PulseSheet.quarter < now,
        )
    ).all()
    means = []
    for name in PULSE_QUESTIONS:
        values = settled(((sheet.quarter, getattr(sheet, name)) for sheet in sheets), now)
        means.append(Told(name, round(sum(values) / len(values), 1) if values else None))
    is_told = any(told.mean is not None for told in means)
    return Voices(len(sheets), means if is_told else (), ())
