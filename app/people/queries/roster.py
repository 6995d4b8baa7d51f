"""What is stored, as imports compare it with a file, and as exports write it for the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.domain.roster.columns import folded
from app.domain.roster.facts import Facts, Home, KnownPerson, TeamFact
from app.domain.roster.teams import KnownTeam, TeamFacts
from app.people.models import (
    Department,
    Membership,
    MembershipKind,
    Person,
    PersonSkill,
    Site,
    Skill,
    Team,
    TeamLead,
)
from app.people.queries.guarded import guarded_numbers


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a file of people names: personnel numbers and addresses."""

    numbers: Collection[str]
    mails: Collection[str]
    adds_missing: bool = False


def facts(session: Session, mentioned: Mentioned, *, today: date, lock: bool = False) -> Facts:
    """What a file of people is compared with. Ten statements, whatever its length.

    `lock` keeps the people it names from being changed by others until the unit of work ends.
    """
    chosen = Person.number.in_(mentioned.numbers)
    if lock:
        session.execute(select(Person.id).where(chosen).order_by(Person.id).with_for_update())
    mails = session.execute(
        select(Person.email, Person.number).where(Person.email.in_(mentioned.mails))
    )
    return Facts(
        today=today,
        people={person.number: person for person in _people(session, chosen)},
        mails=dict(mails.all()),
        sites=_names(session, select(Site.name)),
        departments=_names(session, select(Department.name)),
        teams=_teams(session),
        skills=_names(session, select(Skill.name)),
        adds_missing=mentioned.adds_missing,
        guarded=guarded_numbers(session, mentioned.numbers),
    )


def everybody(session: Session, people: Collection[int]) -> list[KnownPerson]:
    """These people as an export writes them. Four statements."""
    return _people(session, Person.id.in_(people))


def _people(session: Session, chosen: Any) -> list[KnownPerson]:
    ids = select(Person.id).where(chosen)
    homes, starts = _memberships(session, ids)
    skills: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(PersonSkill.person_id, Skill.name)
        .join(Skill, Skill.id == PersonSkill.skill_id)
        .where(PersonSkill.person_id.in_(ids))
    )
    for person_id, name in rows:
        skills[person_id].add(name)
    for person_id, latest in session.execute(
        select(TeamLead.person_id, func.max(TeamLead.starts_on))
        .where(TeamLead.person_id.in_(ids))
        .group_by(TeamLead.person_id)
    ):
        starts[person_id] = max(latest, starts.get(person_id, latest))
    people = session.execute(
        select(Person, Site.name).join(Site, Site.id == Person.site_id).where(chosen)
    )
    return [
        _known(person, site, homes[person.id], frozenset(skills[person.id]), starts.get(person.id))
        for person, site in people
    ]


def _memberships(
    session: Session, ids: Select[int]
) -> tuple[dict[int, list[Home]], dict[int, date]]:
    homes: dict[int, list[Home]] = defaultdict(list)
    starts: dict[int, date] = {}
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.kind,
            Department.name,
            Team.name,
            Membership.starts_on,
            Membership.ends_on,
        )
        .join(Team, Team.id == Membership.team_id)
        .join(Department, Department.id == Team.department_id)
        .where(Membership.person_id.in_(ids))
        .order_by(Membership.starts_on)
    )
    for person_id, kind, department, team, starts_on, ends_on in rows:
        starts[person_id] = starts_on
        if kind is MembershipKind.HOME:
            homes[person_id].append(Home((department, team), starts_on, ends_on))
    return homes, starts


def _known(
    person: Person,
    site: str,
    homes: Iterable[Home],
    skills: frozenset[str],
    last_start: date | None,
) -> KnownPerson:
    return KnownPerson(
        number=person.number,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        job_title=person.job_title,
        site=site,
        joined_on=person.joined_on,
        left_on=person.left_on,
        working_days=person.working_days,
        locale=person.locale,
        skills=skills,
        homes=tuple(homes),
        last_start=last_start,
    )


def _names(session: Session, names: Select[str]) -> dict[str, str]:
    return {folded(name): name for name in session.scalars(names)}


def _teams(session: Session) -> dict[tuple[str, str], TeamFact]:
    rows = session.execute(
        select(Department.name, Team.name, Site.name, Team.closed_on)
        .join(Department, Department.id == Team.department_id)
        .join(Site, Site.id == Team.site_id)
    )
    return {
        (folded(department), folded(team)): TeamFact((department, team), site, closed_on)
        for department, team, site, closed_on in rows
    }


def team_facts(session: Session) -> TeamFacts:
    """What a file of teams is compared with. Three statements."""
    departments = session.execute(select(Department.name, Department.side))
    rows = session.execute(
        select(Team, Department.name, Department.side, Site.name)
        .join(Department, Department.id == Team.department_id)
        .join(Site, Site.id == Team.site_id)
    )
    return TeamFacts(
        sites=_names(session, select(Site.name)),
        departments={folded(name): (name, side.value) for name, side in departments},
        teams={
            (folded(department), folded(team.name)): KnownTeam(
                department,
                team.name,
                side.value,
                site,
                team.purpose,
                team.minimum_present,
                team.guest_limit,
            )
            for team, department, side, site in rows
        },
    )
