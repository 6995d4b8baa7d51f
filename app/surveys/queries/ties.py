"""Which teams rate each other."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.surveys.models import Tie


def standing(session: Session, *, day: date) -> dict[tuple[int, int], Tie]:
    """The ties of a day by rating and rated team. One statement."""
    rows = session.scalars(
        select(Tie)
        .where(Tie.starts_on <= day, or_(Tie.ends_on.is_(None), Tie.ends_on > day))
        .order_by(Tie.source_id, Tie.target_id)
    )
    return {(tie.source_id, tie.target_id): tie for tie in rows}


def of_team(session: Session, source_id: int, *, day: date) -> dict[int, Tie]:
    """The ties of one rating team on a day, by rated team. One statement."""
    found = standing(session, day=day)
    return {target: tie for (source, target), tie in found.items() if source == source_id}
