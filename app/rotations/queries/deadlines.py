"""What the deadlines of rounds look for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

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
)


def living(session: Session) -> list[int]:
    """Keys of the rounds in which something may become due. One statement."""
    return list(
        session.scalars(select(Round.id).where(Round.state != RoundState.CLOSED).order_by(Round.id))
    )


def hosts_to_remind(session: Session, round_: Round) -> set[int]:
    """Host teams with unoffered drafts, and wished ones that offer nothing. At most 3 statements.

    In a round that is not open yet only the drafts count.
    """
    drafting = _hosts(session, round_.id, PlacementState.DRAFT)
    if round_.state is RoundState.DRAFT:
        return drafting
    wished = session.scalars(
        select(PairWish.host_team_id).where(PairWish.round_id == round_.id, PairWish.target > 0)
    )
    return drafting | (set(wished) - _hosts(session, round_.id, PlacementState.OFFERED))


def _hosts(session: Session, round_id: int, state: PlacementState) -> set[int]:
    return set(
        session.scalars(
            select(Placement.host_team_id)
            .where(Placement.round_id == round_id, Placement.state == state)
            .distinct()
        )
    )


def unanswered(session: Session, round_id: int) -> Sequence[Endorsement]:
    """Endorsements that wait for the home team, with application, person and round.

    One statement.
    """
    return session.scalars(
        select(Endorsement)
        .join(Application, Application.id == Endorsement.application_id)
        .where(
            Application.round_id == round_id,
            Application.state == ApplicationState.SUBMITTED,
            Endorsement.state == EndorsementState.ASKED,
        )
        .options(
            joinedload(Endorsement.application).options(
                joinedload(Application.person), joinedload(Application.round)
            )
        )
        .order_by(Endorsement.id)
        .with_for_update(of=Endorsement)
        .execution_options(populate_existing=True)
    ).all()
