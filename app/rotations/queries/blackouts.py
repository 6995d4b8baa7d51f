"""Reading blackout times."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import sort_key
from app.people.models import Team
from app.rotations.models import Blackout

ORDERS: dict[str, Callable[[Blackout], Any]] = {
    "starts": lambda blackout: (blackout.starts_on, blackout.ends_on),
    "team": lambda blackout: sort_key(blackout.team.name),
    "reason": lambda blackout: sort_key(blackout.reason),
}


def find(session: Session, blackout_id: int) -> Blackout | None:
    """One blackout with its team. One statement."""
    return session.scalar(
        select(Blackout).where(Blackout.id == blackout_id).options(joinedload(Blackout.team))
    )


def listed(
    session: Session, *, since: date, team_ids: Collection[int] | None = None
) -> Sequence[Blackout]:
    """Blackouts that end after `since`, of some teams or (None) of all, soonest first.

    One statement.
    """
    statement = (
        select(Blackout)
        .where(Blackout.ends_on > since)
        .options(joinedload(Blackout.team).joinedload(Team.department))
        .order_by(Blackout.starts_on, Blackout.id)
    )
    if team_ids is not None:
        statement = statement.where(Blackout.team_id.in_(team_ids))
    return session.scalars(statement).all()
