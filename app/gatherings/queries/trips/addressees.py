"""To whom the words of a debrief go: "for Sales" to a team of Sales, whoever writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from app.gatherings.models import Gathering
from app.gatherings.queries.bookings.hosting import host_team_of
from app.gatherings.queries.trips.finding import there
from app.people.models import Department, LeadKind, Person, Side, Team, TeamLead
from app.people.queries.circle import on_day

SIDES = (Side.MARKETING, Side.SALES)


@dataclass(frozen=True, slots=True)
class Addressee:
    """A team that may get the words; `answers` leads it, or is empty where HR finds somebody."""

    team_id: int
    team: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Addressees:
    """The writer's own team, and for each side who may get its words, the usual one first."""

    own_team_id: int | None
    by_side: Mapping[Side, list[Addressee]]


def addressees(
    session: Session, gathering: Gathering, person_id: int, *, today: date
) -> Addressees:
    """Who may get what somebody who was there writes for either side. At most four statements.

    Words for the own side go to the own team, else to a team of that side that took part. Where
    none did, every team of that side is there to be chosen, those at the same site first.
    """
    guests = there(session, gathering.id)
    hosting = host_team_of(session, gathering, today=today)
    own = hosting if person_id == gathering.host_id else guests.get(person_id)
    near = [team for team in dict.fromkeys([own, hosting, *guests.values()]) if team is not None]
    teams = _teams_of_the_sides(session, gathering.site_id, near, today)
    leads = _leads(session, teams, today)
    found: dict[Side, list[Addressee]] = {}
    for side in SIDES:
        of_side = [team for team, (_name, stands) in teams.items() if stands is side]
        took_part = [team for team in near if team in of_side]
        chosen = [own] if own in took_part else took_part or of_side
        found[side] = [
            Addressee(team, teams[team][0], leads.get(team, "")) for team in chosen if team
        ]
    return Addressees(own, found)


def _teams_of_the_sides(
    session: Session, site_id: int, near: list[int], today: date
) -> dict[int, tuple[str, Side]]:
    """Team id -> name and side of every team that may get words, in their order. One statement."""
    there_first = case((Team.site_id == site_id, 0), else_=1)
    rows = session.execute(
        select(Team.id, Team.name, Department.side)
        .join(Department, Department.id == Team.department_id)
        .where(
            Department.side.in_(SIDES),
            or_(Team.closed_on.is_(None), Team.closed_on > today, Team.id.in_(near)),
        )
        .order_by(there_first, Team.name, Team.id)
    )
    return {team_id: (name, side) for team_id, name, side in rows}


def _leads(session: Session, teams: Mapping[int, object], today: date) -> dict[int, str]:
    """Team id -> name of who answers for it first, leads before deputies. One statement."""
    deputies_last = case((TeamLead.kind == LeadKind.LEAD, 0), else_=1)
    rows = session.execute(
        select(TeamLead.team_id, Person)
        .join(Person, Person.id == TeamLead.person_id)
        .where(TeamLead.team_id.in_(teams), *on_day(TeamLead, today))
        .order_by(deputies_last, TeamLead.id)
    )
    found: dict[int, str] = {}
    for team_id, person in rows:
        found.setdefault(team_id, person.name)
    return found
