"""From which team a trip is hosted: the other side of its contact."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gatherings.models import Gathering
from app.people.models import Membership, MembershipKind
from app.people.queries.circle import on_day


def host_team_of(session: Session, gathering: Gathering, *, today: date) -> int | None:
    """The home team of the host on a day, None for sessions of courses. At most one statement."""
    if gathering.host_id is None:
        return None
    return session.scalar(
        select(Membership.team_id).where(
            Membership.person_id == gathering.host_id,
            Membership.kind == MembershipKind.HOME,
            *on_day(Membership, today),
        )
    )
