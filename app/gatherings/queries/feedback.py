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
    TIME_TO_SPEAK,
    Told,
    told,
)
from app.gatherings.models import FeedbackSheet, Gathering


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
