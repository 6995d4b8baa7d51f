"""Who answers a weak result, and who says what became of it."""

from __future__ import annotations

from app.domain.roles import Actor
from app.health.models import Action


def may_answer(actor: Actor, one: int, other: int) -> bool:
    """HR, leads of one of the two teams, and the pair's sponsors."""
    is_sponsor = (min(one, other), max(one, other)) in actor.sponsored
    return actor.is_hr or is_sponsor or bool(actor.responsible_for & {one, other})


def may_see(actor: Actor, action: Action) -> bool:
    """Who may answer for the pair, and the owner."""
    is_owner = action.owner_id == actor.person_id
    return is_owner or may_answer(actor, action.low_team_id, action.high_team_id)
