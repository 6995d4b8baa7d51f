"""Who may see and steer a round."""

from __future__ import annotations

from app.domain.roles import Actor
from app.rotations.models import Round, RoundState


def may_see(actor: Actor, round_: Round) -> bool:
    """HR sees every round; the works council every one that has been opened."""
    return actor.is_hr or (actor.is_council and round_.state is not RoundState.DRAFT)


def may_steer(actor: Actor, _round: Round) -> bool:
    """Only HR changes a round and moves it."""
    return actor.is_hr
