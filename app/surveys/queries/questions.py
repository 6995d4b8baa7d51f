"""The questionnaire as it is asked next, and as it was asked before."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.questionnaire import ITEMS
from app.surveys.models import Question, Wave, WaveQuestion


def current(session: Session) -> list[Question]:
    """The newest wording of every item, in the order they are asked. One statement."""
    newest: dict[str, Question] = {}
    for question in session.scalars(select(Question).order_by(Question.edition)):
        newest[question.item] = question
    return [newest[item.key] for item in ITEMS if item.key in newest]


def find_current(session: Session, item: str) -> Question | None:
    """The newest wording of an item, or None. One statement."""
    return session.scalar(
        select(Question).where(Question.item == item).order_by(Question.edition.desc()).limit(1)
    )


def history(session: Session, item: str) -> list[Question]:
    """Every wording of an item, newest first. One statement."""
    rows = select(Question).where(Question.item == item).order_by(Question.edition.desc())
    return list(session.scalars(rows))


def asked_in(session: Session, item: str) -> dict[int, list[str]]:
    """Edition of an item -> titles of the waves that asked it, oldest first. One statement."""
    rows = session.execute(
        select(Question.edition, Wave.title)
        .join(WaveQuestion, WaveQuestion.question_id == Question.id)
        .join(Wave, Wave.id == WaveQuestion.wave_id)
        .where(Question.item == item)
        .order_by(Wave.opens_on, Wave.id)
    )
    found: dict[int, list[str]] = {}
    for edition, title in rows:
        found.setdefault(edition, []).append(title)
    return found


def editions(questions: Mapping[str, Question]) -> dict[str, int]:
    """Item -> the edition asked, as results carry it."""
    return {item: question.edition for item, question in sorted(questions.items())}
