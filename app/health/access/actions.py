"""Who answers a weak result, and who says what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.roles import Actor
from app.health.models import Action, ActionRequest, RemedyKind, RequestState


def may_answer(actor: Actor, one: int, other: int) -> bool:
    """HR, leads of one of the two teams, and the pair's sponsors."""
    is_sponsor = (min(one, other), max(one, other)) in actor.sponsored
    return actor.is_hr or is_sponsor or bool(actor.responsible_for & {one, other})


def may_see(actor: Actor, action: Action) -> bool:
    """Who may answer for the pair, and the owner."""
    is_owner = action.owner_id == actor.person_id
    return is_owner or may_answer(actor, action.low_team_id, action.high_team_id)


def may_look(actor: Actor, action: Action, requests: Sequence[ActionRequest]) -> bool:
    """Who sees it, and who was asked to start it and did not say no."""
    return may_see(actor, action) or _asked_kind(actor, requests) is not None


def may_start(
    actor: Actor, action: Action, requests: Sequence[ActionRequest], kind: RemedyKind | None = None
) -> bool:
    """Who sees it starts it in any way, who was asked only in that way; None means some way."""
    if may_see(actor, action):
        return True
    asked = _asked_kind(actor, requests)
    return asked is not None and kind in {None, asked}


def _asked_kind(actor: Actor, requests: Sequence[ActionRequest]) -> RemedyKind | None:
    found = (one for one in requests if one.person_id == actor.person_id)
    return next((one.kind for one in found if one.state is not RequestState.DECLINED), None)
