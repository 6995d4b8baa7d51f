"""What becomes of an insight: its owner says so, hands it on, or is reminded to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.insights import REMIND_BEFORE, InsightFate, NoteMissing
from app.domain.refusals import Stale
from app.insights import queries
from app.insights.models import Insight
from app.insights.services import notices


def decide(  # noqa: PLR0913 - what, why, on which version, by whom and when
    session: Session,
    insight: Insight,
    *,
    fate: InsightFate,
    note: str,
    opened_on: int,
    by: int,
    at: datetime,
) -> None:
    """The owner says what became of an insight; it may be said anew later.

    Who wrote it and who stayed are told. Raises Stale, NoteMissing, and ValueError for `open`:
    that is no answer.
    """
    if insight.version != opened_on:
        raise Stale
    if not note.strip():
        raise NoteMissing
    if fate is InsightFate.OPEN:
        raise ValueError("an answer closes an insight")
    insight.fate, insight.fate_note, insight.decided_at = fate, note.strip(), at
    session.flush()  # the version the notice is named by
    _log(session, insight, by=by, at=at, fate=fate.value)
    told = {insight.written_by, insight.person_id} - {by, None}
    notices.decided(session, insight, to={person for person in told if person}, at=at)


def hand_to(
    session: Session, insight: Insight, owner_id: int, *, opened_on: int, by: int, at: datetime
) -> None:
    """Give an insight to another owner of the same team. Raises Stale."""
    if insight.version != opened_on:
        raise Stale
    if insight.owner_id == owner_id:
        return
    insight.owner_id = owner_id
    session.flush()  # the version the notice is named by
    _log(session, insight, by=by, at=at, owner=owner_id)
    notices.handed_over(session, insight, at=at)


def remind_owners(session: Session, *, today: date, at: datetime) -> int:
    """Remind owners once, from two days before the last day on; gives how many were told."""
    due = queries.nearly_due(session, since=today, until=today + REMIND_BEFORE)
    return sum(notices.nearly_due(session, insight, at=at) for insight in due)


def _log(session: Session, insight: Insight, *, by: int, at: datetime, **detail: object) -> None:
    subject = f"insight:{insight.id}"
    record(session, AuditKind.INSIGHT_CHANGED, actor_id=by, subject=subject, at=at, **detail)
