"""Reading placements: the catalogue, one of them, and how often each was chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import sort_key
from app.people.models import Team
from app.rotations.models import (
    Application,
    ApplicationState,
    Choice,
    Placement,
    PlacementSkill,
    PlacementState,
    Round,
    RoundState,
)

MOST = 500
PUBLIC_STATES = (
    RoundState.OPEN,
    RoundState.PLANNING,
    RoundState.PUBLISHED,
    RoundState.RUNNING,
    RoundState.CLOSED,
)
STATES = list(PlacementState)
ORDERS: dict[str, Callable[[Placement], Any]] = {
    "title": lambda placement: sort_key(placement.title),
    "host": lambda placement: sort_key(placement.host.name),
    "state": lambda placement: STATES.index(placement.state),
    "duration": lambda placement: placement.duration,
    "seats": lambda placement: placement.seats,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the catalogue is narrowed to; None and empty mean everything."""

    round_id: int | None = None
    department_id: int | None = None
    site_id: int | None = None
    skill_id: int | None = None
    duration: int | None = None
    remote: bool = False
    text: str = ""


def _whole() -> Select[Placement]:
    return select(Placement).options(
        joinedload(Placement.round),
        joinedload(Placement.host).joinedload(Team.department),
        joinedload(Placement.site),
        joinedload(Placement.buddy),
        selectinload(Placement.skills).joinedload(PlacementSkill.skill),
    )


def find(session: Session, placement_id: int) -> Placement | None:
    """The placement with round, host, site, buddy and skills. Two statements."""
    return session.scalar(_whole().where(Placement.id == placement_id))


def catalogue(session: Session, wanted: Filter) -> Sequence[Placement]:
    """Offered placements of open rounds (of one round, whatever its state, when asked).

    By title; at most 500. Two statements.
    """
    statement = _whole().join(Round, Round.id == Placement.round_id)
    if wanted.round_id is None:
        statement = statement.where(Round.state == RoundState.OPEN)
    else:
        statement = statement.where(Round.id == wanted.round_id, Round.state.in_(PUBLIC_STATES))
    statement = _narrowed(statement.where(Placement.state == PlacementState.OFFERED), wanted)
    return session.scalars(statement.order_by(Placement.title, Placement.id).limit(MOST)).all()


def _narrowed(statement: Select[Placement], wanted: Filter) -> Select[Placement]:
    if wanted.department_id is not None:
        in_it = select(Team.id).where(Team.department_id == wanted.department_id)
        statement = statement.where(Placement.host_team_id.in_(in_it))
    if wanted.site_id is not None:
        statement = statement.where(Placement.site_id == wanted.site_id)
    if wanted.skill_id is not None:
        asks = select(PlacementSkill.placement_id).where(PlacementSkill.skill_id == wanted.skill_id)
        statement = statement.where(Placement.id.in_(asks))
    if wanted.duration is not None:
        statement = statement.where(Placement.duration == wanted.duration)
    if wanted.remote:
        statement = statement.where(Placement.remote_ok)
    if wanted.text:
        statement = statement.where(
            or_(
                Placement.title.icontains(wanted.text, autoescape=True),
                Placement.task.icontains(wanted.text, autoescape=True),
                Placement.learning.icontains(wanted.text, autoescape=True),
            )
        )
    return statement


def of_hosts(session: Session, team_ids: Collection[int]) -> Sequence[Placement]:
    """Every placement of some host teams, drafts included, newest round first. Two statements."""
    return session.scalars(
        _whole()
        .join(Round, Round.id == Placement.round_id)
        .where(Placement.host_team_id.in_(team_ids), Round.state != RoundState.CLOSED)
        .order_by(Round.starts_on.desc(), Placement.title, Placement.id)
        .limit(MOST)
    ).all()


def of_round(session: Session, round_id: int) -> Sequence[Placement]:
    """Every placement of a round, by title. Two statements."""
    return session.scalars(
        _whole().where(Placement.round_id == round_id).order_by(Placement.title, Placement.id)
    ).all()


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Placement]:
    """Placements by key, as `find` gives them. Two statements."""
    rows = session.scalars(_whole().where(Placement.id.in_(ids))).all()
    return {placement.id: placement for placement in rows}


def applicants(session: Session, placement_id: int) -> list[int]:
    """Person ids whose submitted application or draft names the placement. One statement."""
    return list(
        session.scalars(
            select(Application.person_id)
            .join(Choice, Choice.application_id == Application.id)
            .where(
                Choice.placement_id == placement_id,
                Application.state != ApplicationState.WITHDRAWN,
            )
        )
    )


def chosen_counts(session: Session, placement_ids: Collection[int]) -> dict[int, int]:
    """How many submitted applications name each placement. One statement."""
    rows = session.execute(
        select(Choice.placement_id, func.count().label("chosen"))
        .join(Application, Application.id == Choice.application_id)
        .where(
            Choice.placement_id.in_(placement_ids),
            Application.state == ApplicationState.SUBMITTED,
        )
        .group_by(Choice.placement_id)
    )
    return {row.placement_id: row.chosen for row in rows}
