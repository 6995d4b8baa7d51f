"""Who answers for a team, and who is HR: whom the rooms above turn to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.people.models import LeadKind, Person, RoleGrant, TeamLead
from app.people.queries.circle import on_day, works_here


def answer_for(session: Session, team_id: int | None, *, today: date) -> list[int]:
    """Person ids of those who answer for a team on a day, leads before deputies. One statement."""
    if team_id is None:
        return []
    deputies_last = case((TeamLead.kind == LeadKind.LEAD, 0), else_=1)
    rows = session.scalars(
        select(TeamLead.person_id)
        .where(TeamLead.team_id == team_id, *on_day(TeamLead, today))
        .order_by(deputies_last, TeamLead.id)
    )
    return list(dict.fromkeys(rows))


def people_of_hr(session: Session, *, today: date) -> list[int]:
    """Person ids of HR who have not left. One statement."""
    rows = session.scalars(
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.HR, works_here(today))
        .order_by(RoleGrant.person_id)
    )
    return list(dict.fromkeys(rows))
