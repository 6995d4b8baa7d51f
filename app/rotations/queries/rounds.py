"""Reading rounds: the list, one of them, and the numbers that decide about its next state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import sort_key
from app.domain.endorsing import OPEN as OPEN_ENDORSEMENTS
from app.domain.rounds import Deadlines, Standing
from app.domain.stays import LIVE
from app.rotations.models import (
    Application,
    ApplicationState,
    Endorsement,
    EndorsementState,
    PairWish,
    Placement,
    PlacementState,
    Round,
    RoundState,
    Stay,
)

STATES = list(RoundState)
ORDERS: dict[str, Callable[[Round], Any]] = {
    "name": lambda round_: sort_key(round_.name),
    "starts": lambda round_: round_.starts_on,
    "state": lambda round_: STATES.index(round_.state),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a round has come; `seats` are those of offered placements."""

    offered: int = 0
    placement_drafts: int = 0
    seats: int = 0
    drafts: int = 0
    submitted: int = 0
    withdrawn: int = 0
    asked: int = 0
    escalated: int = 0
    endorsed: int = 0
    refused: int = 0
    live_stays: int = 0

    @property
    def open_endorsements(self) -> int:
        """Endorsements nobody has decided."""
        return self.asked + self.escalated

    @property
    def applications(self) -> int:
        """Every application, drafts and withdrawn ones included."""
        return self.drafts + self.submitted + self.withdrawn


def find(session: Session, round_id: int) -> Round | None:
    """The round with this key. One statement."""
    return session.get(Round, round_id)


def find_locked(session: Session, round_id: int) -> Round | None:
    """The round, fresh, its row held until the unit of work ends. One statement."""
    return session.scalar(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_shared(session: Session, round_id: int) -> Round | None:
    """The round, fresh; its state cannot move until the unit of work ends. One statement."""
    return session.scalar(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def listed(session: Session, *, with_drafts: bool) -> Sequence[Round]:
    """Rounds, the newest start first. One statement."""
    statement = select(Round).order_by(Round.starts_on.desc(), Round.id.desc())
    if not with_drafts:
        statement = statement.where(Round.state != RoundState.DRAFT)
    return session.scalars(statement).all()


def in_states(session: Session, *states: RoundState) -> Sequence[Round]:
    """Rounds in these states, the earliest start first. One statement."""
    return session.scalars(
        select(Round).where(Round.state.in_(states)).order_by(Round.starts_on, Round.id)
    ).all()


def is_name_taken(session: Session, name: str, *, except_id: int | None) -> bool:
    """Whether another round has this name. One statement."""
    statement = select(Round.id).where(Round.name == name)
    if except_id is not None:
        statement = statement.where(Round.id != except_id)
    return session.scalar(statement.limit(1)) is not None


def numbers(session: Session, round_ids: Sequence[int]) -> dict[int, Numbers]:
    """Counts per round. Four statements whatever the number of rounds."""
    counts: dict[int, dict[str, int]] = {round_id: {} for round_id in round_ids}
    for round_id, state, count, seats in session.execute(
        select(
            Placement.round_id,
            Placement.state,
            func.count(),
            func.coalesce(func.sum(Placement.seats), 0),
        )
        .where(Placement.round_id.in_(round_ids))
        .group_by(Placement.round_id, Placement.state)
    ):
        if state is PlacementState.OFFERED:
            counts[round_id] |= {"offered": count, "seats": int(seats)}
        elif state is PlacementState.DRAFT:
            counts[round_id]["placement_drafts"] = count
    for round_id, written, count in session.execute(_applications(round_ids)):
        counts[round_id][_BY_STATE[written]] = count
    for round_id, answer, count in session.execute(_endorsements(round_ids)):
        counts[round_id][answer.value] = count
    for round_id, count in session.execute(_live_stays(round_ids)):
        counts[round_id]["live_stays"] = count
    return {round_id: Numbers(**found) for round_id, found in counts.items()}


_BY_STATE = {
    ApplicationState.DRAFT: "drafts",
    ApplicationState.SUBMITTED: "submitted",
    ApplicationState.WITHDRAWN: "withdrawn",
}


def _applications(round_ids: Sequence[int]) -> Select[int, ApplicationState, int]:
    return (
        select(Application.round_id, Application.state, func.count())
        .where(Application.round_id.in_(round_ids))
        .group_by(Application.round_id, Application.state)
    )


def _endorsements(round_ids: Sequence[int]) -> Select[int, EndorsementState, int]:
    return (
        select(Application.round_id, Endorsement.state, func.count())
        .join(Endorsement, Endorsement.application_id == Application.id)
        .where(Application.round_id.in_(round_ids), Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.round_id, Endorsement.state)
    )


def _live_stays(round_ids: Sequence[int]) -> Select[int, int]:
    return (
        select(Stay.round_id, func.count())
        .where(Stay.round_id.in_(round_ids), Stay.state.in_(LIVE))
        .group_by(Stay.round_id)
    )


def deadlines(round_: Round) -> Deadlines:
    """The round's days as the domain knows them."""
    return Deadlines(
        placements_due_on=round_.placements_due_on,
        applications_due_on=round_.applications_due_on,
        endorsements_due_on=round_.endorsements_due_on,
        publish_on=round_.publish_on,
        starts_on=round_.starts_on,
    )


def standing(round_: Round, counts: Numbers, *, today: date) -> Standing:
    """What the domain needs to judge a move."""
    return Standing(
        state=round_.state,
        deadlines=deadlines(round_),
        ends_on=round_.ends_on,
        today=today,
        applications=counts.applications,
        submitted=counts.submitted,
        open_endorsements=counts.open_endorsements,
        live_stays=counts.live_stays,
    )


def wishes(session: Session, round_id: int) -> Sequence[PairWish]:
    """What is wished between pairs of teams, with the teams. One statement."""
    return session.scalars(
        select(PairWish)
        .where(PairWish.round_id == round_id)
        .options(joinedload(PairWish.home), joinedload(PairWish.host))
        .order_by(PairWish.id)
    ).all()


def applicants(session: Session, round_id: int, *states: ApplicationState) -> list[int]:
    """Person ids of applications in these states. One statement."""
    return list(
        session.scalars(
            select(Application.person_id).where(
                Application.round_id == round_id, Application.state.in_(states)
            )
        )
    )


def open_endorsement_teams(session: Session, round_id: int) -> list[int]:
    """Home teams that still owe an answer. One statement."""
    return list(
        session.scalars(
            select(Application.home_team_id)
            .join(Endorsement, Endorsement.application_id == Application.id)
            .where(
                Application.round_id == round_id,
                Application.state == ApplicationState.SUBMITTED,
                Endorsement.state.in_(OPEN_ENDORSEMENTS),
            )
            .distinct()
        )
    )


def application_ids(round_id: int) -> Select[int]:
    """A subquery of the keys of a round's applications."""
    return select(Application.id).where(Application.round_id == round_id)
