"""Plans and the names that stand behind the planner's ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer, joinedload

from app.domain import plan_keys as keys
from app.domain.breach_words import NameBook
from app.domain.collation import in_order
from app.people.models import Department, Membership, MembershipKind, Person, Skill, Team
from app.rotations.models import (
    Application,
    Assignment,
    Placement,
    Plan,
    PlanRule,
    PlanState,
    Round,
    Stay,
)

HEAVY = (Plan.instance, Plan.best, Plan.explanation)


def find_round(session: Session, round_id: int) -> Round | None:
    """A round. One statement."""
    return session.get(Round, round_id)


def find_by_name(session: Session, text: str) -> Round | None:
    """A round by its number or its name. One statement."""
    is_number = text.isdecimal() and len(text) < 10  # noqa: PLR2004 - what fits into a key
    wanted = Round.id == int(text) if is_number else Round.name == text
    return session.scalar(select(Round).where(wanted))


def find(session: Session, plan_id: int) -> Plan | None:
    """A plan with its round. One statement."""
    return session.scalar(select(Plan).where(Plan.id == plan_id).options(joinedload(Plan.round)))


def find_light(session: Session, round_id: int, plan_id: int) -> Plan | None:
    """A plan of this round with its round, without its large texts. One statement."""
    return session.scalar(
        select(Plan)
        .where(Plan.id == plan_id, Plan.round_id == round_id)
        .options(joinedload(Plan.round), *(defer(text, raiseload=True) for text in HEAVY))
    )


def of_round(session: Session, round_id: int) -> Sequence[Plan]:
    """The scenarios of a round, newest first, without their large texts. One statement."""
    return session.scalars(
        select(Plan)
        .where(Plan.round_id == round_id)
        .order_by(Plan.id.desc())
        .options(*(defer(text, raiseload=True) for text in HEAVY))
    ).all()


def in_force(session: Session, round_id: int) -> Plan | None:
    """The published plan of a round, without its large texts. One statement."""
    return session.scalar(
        select(Plan)
        .where(Plan.round_id == round_id, Plan.in_force)
        .options(*(defer(text, raiseload=True) for text in HEAVY))
    )


def ready(session: Session, round_id: int, plan_ids: Sequence[int]) -> Sequence[Plan]:
    """Computed plans of a round among these ids, oldest first, instances included."""
    return session.scalars(
        select(Plan)
        .where(Plan.round_id == round_id, Plan.id.in_(plan_ids), Plan.state == PlanState.READY)
        .order_by(Plan.id)
        .options(defer(Plan.best, raiseload=True), defer(Plan.explanation, raiseload=True))
    ).all()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody on the board: sort names, and the home team."""

    id: int
    given_name: str
    family_name: str
    team_id: int | None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A placement on the board."""

    id: int
    title: str
    host_id: int
    duration: int
    seats: int


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and its department."""

    id: int
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything a round's plans can name, in the order in which pages show it."""

    people: dict[int, PersonRow]
    placements: dict[int, PlacementRow]
    teams: dict[int, TeamRow]
    skills: dict[int, str]

    def names(self, round_: Round) -> NameBook:
        """The same as words for the planner's ids."""
        return NameBook(
            people={keys.person(ident): row.name for ident, row in self.people.items()},
            placements={keys.placement(i): row.title for i, row in self.placements.items()},
            teams={keys.team(ident): row.name for ident, row in self.teams.items()},
            skills={keys.skill(ident): name for ident, name in self.skills.items()},
            starts_on=round_.block_starts_on,
        )


def cast_of(session: Session, round_: Round) -> Cast:
    """The names behind a round's plans. Four statements."""
    return Cast(
        people=_people(session, round_),
        placements=_placements(session, round_),
        teams=_teams(session),
        skills={row.id: row.name for row in session.execute(select(Skill.id, Skill.name))},
    )


def _people(session: Session, round_: Round) -> dict[int, PersonRow]:
    """Everybody who applied, is planned, has a stay or a rule in this round."""
    planned = (
        select(Assignment.person_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(Plan.round_id == round_.id)
    )
    concerned = or_(
        Person.id.in_(select(Application.person_id).where(Application.round_id == round_.id)),
        Person.id.in_(planned),
        Person.id.in_(select(Stay.person_id).where(Stay.round_id == round_.id)),
        Person.id.in_(select(PlanRule.person_id).where(PlanRule.round_id == round_.id)),
    )
    home = (
        select(Membership.team_id)
        .where(
            Membership.person_id == Person.id,
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on < round_.ends_on,
        )
        .order_by(Membership.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Person.id, Person.given_name, Person.family_name, home).where(concerned)
    )
    people = [PersonRow(*row) for row in rows]
    ordered = in_order(people, lambda row: (row.family_name, row.given_name))
    return {row.id: row for row in ordered}


def _placements(session: Session, round_: Round) -> dict[int, PlacementRow]:
    rows = session.execute(
        select(
            Placement.id,
            Placement.title,
            Placement.host_team_id,
            Placement.duration,
            Placement.seats,
        ).where(Placement.round_id == round_.id)
    )
    ordered = in_order((PlacementRow(*row) for row in rows), lambda row: (row.title,))
    return {row.id: row for row in ordered}


def _teams(session: Session) -> dict[int, TeamRow]:
    rows = session.execute(
        select(Team.id, Team.name, Department.name).join(
            Department, Department.id == Team.department_id
        )
    )
    teams = [TeamRow(*row) for row in rows]
    return {row.id: row for row in in_order(teams, lambda row: (row.department, row.name))}


def rules_of(session: Session, round_id: int) -> Sequence[PlanRule]:
    """HR's pins and forbids of a round, oldest first. One statement."""
    return session.scalars(
        select(PlanRule).where(PlanRule.round_id == round_id).order_by(PlanRule.id)
    ).all()
