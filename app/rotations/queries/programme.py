"""HR's overview: living rounds with their numbers, and what is stuck."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.stays import FREED, LIVE, OVER, StayState
from app.insights.queries import open_and_late
from app.rotations.models import (
    Application,
    ApplicationState,
    Endorsement,
    EndorsementState,
    Placement,
    PlacementState,
    Round,
    RoundState,
    Stay,
)


@dataclass(frozen=True, slots=True)
class RoundNumbers:
    """A round and what there is of it; `seats` counts offered seats."""

    round: Round
    placements: int
    seats: int
    applications: int
    waiting_endorsements: int
    stays: Counter[StayState]

    @property
    def living(self) -> int:
        """Stays that wait, are agreed or run."""
        return sum(self.stays[state] for state in LIVE)

    @property
    def freed(self) -> int:
        """Stays that were declined or cancelled."""
        return sum(self.stays[state] for state in FREED)

    @property
    def over(self) -> int:
        """Stays that took place."""
        return sum(self.stays[state] for state in OVER)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures of the whole programme today."""

    waiting: int
    agreed: int
    running: int
    open_insights: int
    late_insights: int


def living_rounds(session: Session) -> list[RoundNumbers]:
    """Rounds that are not closed, earliest start first. Five statements."""
    rounds = session.scalars(
        select(Round).where(Round.state != RoundState.CLOSED).order_by(Round.starts_on, Round.id)
    ).all()
    offered = _offered(session)
    applied = _applied(session)
    endorsements = _endorsements(session)
    stays = _stays(session)
    return [
        RoundNumbers(
            round_,
            *offered.get(round_.id, (0, 0)),
            applied.get(round_.id, 0),
            endorsements.get(round_.id, 0),
            stays.get(round_.id, Counter()),
        )
        for round_ in rounds
    ]


def numbers(session: Session, *, today: date) -> Numbers:
    """The programme in five figures. Two statements."""
    states: Counter[StayState] = Counter()
    for found in _stays(session).values():
        states.update(found)
    open_insights, late_insights = open_and_late(session, today=today)
    return Numbers(
        waiting=states[StayState.PROPOSED],
        agreed=states[StayState.AGREED],
        running=states[StayState.RUNNING],
        open_insights=open_insights,
        late_insights=late_insights,
    )


def _offered(session: Session) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(Placement.round_id, func.count(), func.sum(Placement.seats))
        .where(Placement.state == PlacementState.OFFERED)
        .group_by(Placement.round_id)
    )
    return {round_: (count, int(seats)) for round_, count, seats in rows}


def _applied(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Application.round_id, func.count())
        .where(Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.round_id)
    )
    return dict(rows.all())


def _endorsements(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Application.round_id, func.count())
        .join(Endorsement, Endorsement.application_id == Application.id)
        .where(Endorsement.state.in_((EndorsementState.ASKED, EndorsementState.ESCALATED)))
        .group_by(Application.round_id)
    )
    return dict(rows.all())


def _stays(session: Session) -> dict[int, Counter[StayState]]:
    found: dict[int, Counter[StayState]] = {}
    rows = session.execute(
        select(Stay.round_id, Stay.state, func.count()).group_by(Stay.round_id, Stay.state)
    )
    for round_, state, count in rows:
        found.setdefault(round_, Counter())[state] = count
    return found
