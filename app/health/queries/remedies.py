"""The remedy catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.health.models import Remedy


def every(session: Session) -> Sequence[Remedy]:
    """All remedies, retired ones too, in the order they were written. One statement."""
    return session.scalars(select(Remedy).order_by(Remedy.id)).all()


def is_begun(session: Session) -> bool:
    """Whether the first catalogue is there; remedies are retired, never deleted. One statement."""
    return session.scalar(select(Remedy.id).where(Remedy.first.is_not(None)).limit(1)) is not None


def offered(session: Session, *, today: date) -> Sequence[Remedy]:
    """The remedies that may be chosen today. One statement."""
    return session.scalars(
        select(Remedy)
        .where(or_(Remedy.retired_on.is_(None), Remedy.retired_on > today))
        .order_by(Remedy.id)
    ).all()


def find(session: Session, remedy_id: int) -> Remedy | None:
    """A remedy, or None. One statement."""
    return session.get(Remedy, remedy_id)
