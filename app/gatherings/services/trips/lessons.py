"""What becomes of a lesson: its owner says so, or hands it to somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.joint_days import FateNoteMissing
from app.domain.refusals import Stale
from app.gatherings.models import LessonFate, TripLesson
from app.gatherings.services.trips import notices


def decide(  # noqa: PLR0913 - what, why, on which version, by whom and when
    session: Session,
    lesson: TripLesson,
    *,
    fate: LessonFate,
    note: str,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """The owner says what became of a lesson; it may be said anew later.

    `lesson` comes with its debrief. Raises Stale, FateNoteMissing.
    """
    if lesson.version != opened_on:
        raise Stale
    if not note.strip():
        raise FateNoteMissing
    lesson.fate, lesson.fate_note, lesson.decided_at = fate, note.strip(), at
    session.flush()  # the version the notice is named by
    notices.lesson_decided(session, lesson, {lesson.debrief.person_id} - {by}, at=at)
    subject = f"lesson:{lesson.id}"
    detail = {"fate": fate.value}
    record(session, AuditKind.LESSON_DECIDED, actor_id=by, subject=subject, at=at, **detail)


def hand_to(
    session: Session, lesson: TripLesson, owner_id: int, *, opened_on: int, by: int, at: datetime
) -> None:
    """Give a lesson to another owner of the same team. Raises Stale."""
    if lesson.version != opened_on:
        raise Stale
    if lesson.owner_id == owner_id:
        return
    lesson.owner_id = owner_id
    session.flush()  # the version the notice is named by
    notices.lesson_handed_over(session, lesson, at=at)
    subject = f"lesson:{lesson.id}"
    record(session, AuditKind.LESSON_DECIDED, actor_id=by, subject=subject, at=at, owner=owner_id)
