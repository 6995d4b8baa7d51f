"""The remedy catalogue: what helps against which weak dimension. HR edits it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.refusals import Stale
from app.domain.remedies import FIRST_CATALOGUE
from app.health.models import Remedy, RemedyKind
from app.health.queries import remedies as queries


@dataclass(frozen=True, slots=True)
class RemedyDraft:
    """What HR writes down about a remedy; `dimension` is a name of the scoring engine."""

    dimension: str
    kind: RemedyKind
    title_de: str
    title_en: str
    text_de: str
    text_en: str
    course_id: int | None = None


def begin(session: Session) -> None:
    """Give a new house what the field knows, each remedy once. One statement where it is there."""
    if queries.is_begun(session):
        return
    for place, first in enumerate(FIRST_CATALOGUE, 1):
        values = asdict(first) | {"kind": RemedyKind(first.kind)}
        insert_ignoring_twins(session, Remedy, first=place, version=1, **values)


def add(session: Session, draft: RemedyDraft, *, by: int, at: datetime) -> Remedy:
    """Put a remedy into the catalogue."""
    remedy = Remedy()
    _write(remedy, draft)
    session.add(remedy)
    session.flush()
    _note(session, remedy, "added", by, at)
    return remedy


def revise(
    session: Session, remedy: Remedy, draft: RemedyDraft, *, opened_on: int, by: int, at: datetime
) -> None:
    """Change a remedy. Raises Stale when it was changed since the form was opened."""
    if remedy.version != opened_on:
        raise Stale
    _write(remedy, draft)
    _note(session, remedy, "revised", by, at)


def retire(session: Session, remedy: Remedy, *, on: date | None, by: int, at: datetime) -> None:
    """Take a remedy off the list from a day on, or put it back with None; actions keep it."""
    remedy.retired_on = on
    _note(session, remedy, "retired" if on else "reopened", by, at)


def _write(remedy: Remedy, draft: RemedyDraft) -> None:
    remedy.dimension, remedy.kind = draft.dimension, draft.kind
    remedy.title_de, remedy.title_en = draft.title_de, draft.title_en
    remedy.text_de, remedy.text_en = draft.text_de, draft.text_en
    remedy.course_id = draft.course_id


def _note(session: Session, remedy: Remedy, change: str, by: int, at: datetime) -> None:
    record(
        session,
        AuditKind.REMEDY_CHANGED,
        actor_id=by,
        subject=f"remedy:{remedy.id}",
        at=at,
        change=change,
    )
