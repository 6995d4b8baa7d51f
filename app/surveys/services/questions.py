"""The questionnaire: begun once, spelling mended in place, wordings counted up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.questionnaire import BY_KEY, ITEMS, NothingNew, Wording, check_typo
from app.domain.refusals import Stale
from app.domain.roles import Actor
from app.surveys.models import Question


def begin(session: Session) -> None:
    """Store the first wording of every item that has none yet. One statement when all have."""
    known = set(session.scalars(select(Question.item)))
    session.add_all(
        Question(item=item.key, edition=1, text_en=item.english, text_de=item.german)
        for item in ITEMS
        if item.key not in known
    )
    session.flush()  # asked for right after, by whoever needed them


def check_version(question: Question, opened_on: int) -> None:
    """Raise Stale when the question changed since a form was opened on version `opened_on`."""
    if question.version != opened_on:
        raise Stale


def wording_of(question: Question) -> Wording:
    """A stored question's texts."""
    return Wording(question.text_en, question.text_de)


def mend(session: Session, question: Question, new: Wording, by: Actor, *, at: datetime) -> None:
    """Mend a mistake of spelling; waves that asked it show the mended text as well.

    The caller has compared the version. Raises NothingNew and MoreThanATypo.
    """
    check_typo(wording_of(question), new)
    question.text_en, question.text_de = new.english, new.german
    _record(session, question, by, at, change="spelling mended")


def reword(
    session: Session, question: Question, new: Wording, by: Actor, *, at: datetime
) -> Question:
    """Ask in other words from the next wave on: a new edition, and a new series.

    The caller has compared the version. Raises NothingNew.
    """
    if wording_of(question) == new:
        raise NothingNew
    made = Question(
        item=question.item,
        edition=question.edition + 1,
        text_en=new.english,
        text_de=new.german,
    )
    session.add(made)
    session.flush()  # two at once: the key of item and edition speaks now
    _record(session, made, by, at, change="new wording")
    return made


def _record(session: Session, question: Question, by: Actor, at: datetime, *, change: str) -> None:
    dimension = BY_KEY[question.item].dimension
    record(
        session,
        AuditKind.QUESTION_CHANGED,
        actor_id=by.person_id,
        subject=f"question:{question.item}",
        at=at,
        change=change,
        edition=question.edition,
        dimension=dimension.value if dimension else None,
    )
