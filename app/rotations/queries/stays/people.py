"""Whom a stay concerns: who answers for its two teams, who is HR, who sits on the works council."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.people.models import LeadKind, Person, RoleGrant, TeamLead
from app.rotations.models import Stay


@dataclass(frozen=True, slots=True)
class Parties:
    """Person ids around one stay on one day; leads include deputies."""

    person: int
    buddy: int | None
    home: frozenset[int]
    host: frozenset[int]
    hr: frozenset[int]
    council: frozenset[int]

    @property
    def teams(self) -> frozenset[int]:
        """The person, the buddy and those who answer for the two teams."""
        beside = frozenset() if self.buddy is None else frozenset({self.buddy})
        return frozenset({self.person}) | beside | self.home | self.host


def parties_of(session: Session, stay: Stay, *, today: date) -> Parties:
    """Everybody around a stay today. Two statements."""
    leads = leads_of(session, {stay.home_team_id, stay.host_team_id}, today=today)
    roles = _roles(session)
    return Parties(
        person=stay.person_id,
        buddy=stay.buddy_id,
        home=frozenset(leads.get(stay.home_team_id, ())),
        host=frozenset(leads.get(stay.host_team_id, ())),
        hr=roles[Role.HR],
        council=roles[Role.WORKS_COUNCIL],
    )


def leads_of(session: Session, teams: Iterable[int], *, today: date) -> dict[int, list[int]]:
    """Who answers for each team today, leads before deputies. One statement."""
    rows = session.execute(
        select(TeamLead.team_id, TeamLead.person_id, TeamLead.kind)
        .where(
            TeamLead.team_id.in_(sorted(teams)),
            TeamLead.starts_on <= today,
            or_(TeamLead.ends_on.is_(None), TeamLead.ends_on > today),
        )
        .order_by(TeamLead.team_id, TeamLead.id)
    ).all()
    found: dict[int, list[int]] = {}
    for wanted in (LeadKind.LEAD, LeadKind.DEPUTY):
        for team, person, kind in rows:
            if kind is wanted:
                found.setdefault(team, []).append(person)
    return found


def holders_of(session: Session, role: Role) -> frozenset[int]:
    """Everybody who holds a role. One statement."""
    return _roles(session)[role]


def _roles(session: Session) -> dict[Role, frozenset[int]]:
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role.in_((Role.HR, Role.WORKS_COUNCIL)))
    ).all()
    return {
        role: frozenset(person for held, person in rows if held is role)
        for role in (Role.HR, Role.WORKS_COUNCIL)
    }
