"""Reading applications, and what decides which of their choices can be met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import SortKey, in_order, sort_key
from app.domain.horizon import Horizon
from app.people.models import Absence, Membership, MembershipKind, Person, PersonSkill, Team
from app.rotations.models import (
    Application,
    ApplicationState,
    Avoidance,
    Blackout,
    Choice,
    Endorsement,
    Placement,
    PlacementSkill,
    Round,
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person with the home team of today, skills, and the absences within a round."""

    person: Person
    team: Team | None
    skills: frozenset[int]
    absences: tuple[tuple[date, date], ...]


def _whole() -> Select[Application]:
    return select(Application).options(
        joinedload(Application.round),
        joinedload(Application.person).joinedload(Person.site),
        joinedload(Application.home).joinedload(Team.department),
        joinedload(Application.endorsement).joinedload(Endorsement.decider),
        joinedload(Application.outcome),
        selectinload(Application.choices)
        .joinedload(Choice.placement)
        .options(
            joinedload(Placement.host),
            joinedload(Placement.site),
            selectinload(Placement.skills).joinedload(PlacementSkill.skill),
        ),
        selectinload(Application.avoidances).options(
            joinedload(Avoidance.team), joinedload(Avoidance.person)
        ),
    )


def find(session: Session, application_id: int) -> Application | None:
    """The application with everything its page shows. Four statements."""
    return session.scalar(_whole().where(Application.id == application_id))


def own(session: Session, round_id: int, person_id: int) -> Application | None:
    """What a person wrote in a round, or None. Up to four statements."""
    return session.scalar(
        _whole().where(Application.round_id == round_id, Application.person_id == person_id)
    )


def own_all(session: Session, person_id: int) -> Sequence[Application]:
    """All applications of a person, newest round first. Up to four statements."""
    return session.scalars(
        _whole()
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id == person_id)
        .order_by(Round.starts_on.desc(), Application.id.desc())
        .limit(100)
    ).all()


def of_round(session: Session, round_id: int) -> list[Application]:
    """Submitted and withdrawn applications of a round by name. Up to four statements."""
    rows = session.scalars(
        _whole().where(
            Application.round_id == round_id, Application.state != ApplicationState.DRAFT
        )
    ).all()
    return in_order(rows, lambda row: (row.person.family_name, row.person.given_name))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which applications of a round are wanted; empty texts ask for all."""

    text: str = ""
    team: str = ""
    endorsement: str = ""
    order: str = "name"


def narrowed(rows: Sequence[Application], wish: Narrowed) -> list[Application]:
    """The applications that fit a wish, in its order; `rows` come from `of_round`, by name."""
    text = sort_key(wish.text)[0][0]
    found = [
        row
        for row in rows
        if text in sort_key(row.person.name)[0][0]
        and wish.team in {"", str(row.home_team_id)}
        and wish.endorsement in {"", row.endorsement.state.value if row.endorsement else ""}
    ]
    keys: dict[str, Callable[[Application], SortKey]] = {
        "team": lambda row: sort_key(row.home.name),
        "endorsement": lambda row: sort_key(row.endorsement.state if row.endorsement else ""),
        "submitted": lambda row: sort_key(str(row.submitted_at or "")),
    }
    key = keys.get(wish.order.removeprefix("-"))
    if key is not None:
        found.sort(key=key)
    return found[::-1] if wish.order.startswith("-") else found


def applicant(session: Session, person_id: int, round_: Round, *, today: date) -> Applicant | None:
    """What a person brings into a round, or None for nobody. Four statements."""
    person = session.scalar(
        select(Person).where(Person.id == person_id).options(joinedload(Person.site))
    )
    if person is None:
        return None
    team = session.scalar(
        select(Team)
        .join(Membership, Membership.team_id == Team.id)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.HOME,
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on > today),
        )
        .options(joinedload(Team.department))
    )
    skills = session.scalars(select(PersonSkill.skill_id).where(PersonSkill.person_id == person_id))
    absences = session.execute(
        select(Absence.starts_on, Absence.ends_on).where(
            Absence.person_id == person_id,
            Absence.starts_on < round_.ends_on,
            Absence.ends_on > round_.starts_on,
        )
    )
    away = tuple((row.starts_on, row.ends_on) for row in absences)
    return Applicant(person, team, frozenset(skills), away)


def horizon(round_: Round) -> Horizon:
    """The blocks of a round as the domain counts them."""
    return Horizon(round_.starts_on, round_.blocks, round_.block_weeks)


def closed_blocks(session: Session, round_: Round) -> dict[int, frozenset[int]]:
    """Team id -> blocks of the round touched by a blackout. One statement."""
    rows = session.execute(
        select(Blackout.team_id, Blackout.starts_on, Blackout.ends_on).where(
            Blackout.starts_on < round_.ends_on, Blackout.ends_on > round_.starts_on
        )
    )
    blocks = horizon(round_)
    found: dict[int, frozenset[int]] = {}
    for team, start, end in rows:
        found[team] = found.get(team, frozenset()) | frozenset(blocks.touched_by(start, end))
    return found
