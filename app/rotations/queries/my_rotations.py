"""What a person has to do with rotations: applications and their answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.rotations.models import Application, Choice, Placement, Round, RoundState


def applications_of(session: Session, person_id: int) -> Sequence[Application]:
    """A person's applications, latest round first, with wishes, endorsement and answer.

    Two statements whatever their number.
    """
    return session.scalars(
        select(Application)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id == person_id)
        .options(
            joinedload(Application.round),
            joinedload(Application.endorsement),
            joinedload(Application.outcome),
            selectinload(Application.choices)
            .joinedload(Choice.placement)
            .joinedload(Placement.host),
        )
        .order_by(Round.starts_on.desc(), Application.id.desc())
    ).all()


def open_rounds(session: Session, without: Sequence[Application]) -> Sequence[Round]:
    """Rounds one can still apply in and has not. One statement."""
    applied = [application.round_id for application in without]
    return session.scalars(
        select(Round)
        .where(Round.state == RoundState.OPEN, Round.id.not_in(applied))
        .order_by(Round.applications_due_on)
    ).all()
