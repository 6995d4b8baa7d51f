"""Days away: time only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Absence


def of(session: Session, person_id: int, *, after: date) -> Sequence[Absence]:
    """A person's absences that end after a day, soonest first. One statement."""
    return session.scalars(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.ends_on > after)
        .order_by(Absence.starts_on)
    ).all()


def own(session: Session, person_id: int, absence_id: int) -> Absence | None:
    """One absence of this person, or None. One statement."""
    return session.scalar(
        select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id)
    )
