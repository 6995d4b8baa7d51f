"""People say when they are away: days only, never why."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid
from app.domain.timespan import Days
from app.people.models import Absence

LONGEST = timedelta(days=800)
FURTHEST = timedelta(days=3 * 366)


class AwayAlready(Invalid):
    """Two absences of one person share no day."""

    msgid = N_("You are already away on some of these days.")


class TooFarAway(Invalid):
    """A year that is probably mistyped."""

    msgid = N_("Please check the year: this is too long or too far away.")


def add(session: Session, person_id: int, days: Days, *, at: datetime) -> Absence:
    """Note that a person is away. Raises AwayAlready and TooFarAway."""
    today = at.date()
    if days.end - days.start > LONGEST or abs(days.start - today) > FURTHEST:
        raise TooFarAway
    there = select(Absence.id).where(
        Absence.person_id == person_id, Absence.starts_on < days.end, Absence.ends_on > days.start
    )
    if session.scalar(there) is not None:
        raise AwayAlready
    row = Absence(person_id=person_id, starts_on=days.start, ends_on=days.end, created_at=at)
    session.add(row)
    session.flush()  # the database speaks now about an overlap, not at commit
    _trace(session, row, added=True, at=at)
    return row


def remove(session: Session, absence: Absence, *, at: datetime) -> None:
    """Take an absence back."""
    _trace(session, absence, added=False, at=at)
    session.delete(absence)


def _trace(session: Session, row: Absence, *, added: bool, at: datetime) -> None:
    record(
        session,
        AuditKind.ABSENCE_CHANGED,
        actor_id=row.person_id,
        subject=f"person:{row.person_id}",
        at=at,
        added=added,
    )


def days_of(first: date, last: date) -> Days:
    """First and last day, both included. Raises EndsBeforeItStarts."""
    return Days(first, last + timedelta(days=1))
