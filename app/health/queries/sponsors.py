"""Who looks after which pair of teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.people.models import Sponsor


def _on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Sponsor.starts_on <= day, or_(Sponsor.ends_on.is_(None), Sponsor.ends_on > day)


def of_pair(session: Session, one: int, other: int, *, today: date) -> Sequence[Sponsor]:
    """The sponsors of a pair today, with their persons. One statement."""
    low, high = sorted((one, other))
    return session.scalars(
        select(Sponsor)
        .where(Sponsor.low_team_id == low, Sponsor.high_team_id == high, *_on(today))
        .order_by(Sponsor.starts_on, Sponsor.id)
        .options(joinedload(Sponsor.person))
    ).all()
