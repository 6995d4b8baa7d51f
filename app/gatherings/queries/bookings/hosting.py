"""From which team and department a joint day is hosted: the other side of its contact."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.gatherings.models import Gathering
from app.people.models import Membership, MembershipKind, Team
from app.people.queries.circle import on_day


def home_of_host(host: Any, day: Any) -> tuple[Select[int], Select[int]]:
    """The department and the home team of a host (a key or its column) on a day.

    Both the page of a day and the decision on a booking ask this, of the day on which they are
    asked: whose guest somebody would be is settled when they book.
    """
    home, of_team = aliased(Membership), aliased(Team)
    theirs = home.person_id == host, home.kind == MembershipKind.HOME, *on_day(home, day)
    department = select(of_team.department_id).join(home, home.team_id == of_team.id)
    return department.where(*theirs).limit(1), select(home.team_id).where(*theirs).limit(1)


def host_team_of(session: Session, gathering: Gathering, *, today: date) -> int | None:
    """The home team of the host on a day, None for sessions of courses. At most one statement."""
    if gathering.host_id is None:
        return None
    return session.scalar(home_of_host(gathering.host_id, today)[1])


def host_department_of(session: Session, gathering: Gathering, *, today: date) -> int | None:
    """The department of the host on a day, None for sessions of courses. At most one statement."""
    if gathering.host_id is None:
        return None
    return session.scalar(home_of_host(gathering.host_id, today)[0])
