"""Who may see and make plans."""

from __future__ import annotations

from app.domain.roles import Actor
from app.rotations.models import Round


def may_plan(actor: Actor, _round: Round) -> bool:
    """Plans show everybody's wishes and private avoidances' effects: HR only."""
    return actor.is_hr
