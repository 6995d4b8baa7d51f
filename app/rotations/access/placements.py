"""Who may see, offer, change and withdraw a placement. Placements come with their round."""

from __future__ import annotations

from datetime import date

from app.domain.roles import Actor
from app.rotations.models import Placement, PlacementState, Round, RoundState

BEFORE_PLANNING = frozenset({RoundState.DRAFT, RoundState.OPEN})
STILL_PLANNED = BEFORE_PLANNING | {RoundState.PLANNING}
ALIVE = STILL_PLANNED | {RoundState.PUBLISHED, RoundState.RUNNING}


def hosts(actor: Actor, placement: Placement) -> bool:
    """Whether the actor answers for the host team today."""
    return placement.host_team_id in actor.responsible_for


def may_see(actor: Actor, placement: Placement) -> bool:
    """HR and the host team always; everybody what was offered in a round that was opened.

    Withdrawn placements stay visible: people who chose one must be able to look at it.
    """
    if actor.is_hr or hosts(actor, placement):
        return True
    return (
        placement.state is not PlacementState.DRAFT
        and placement.round.state is not RoundState.DRAFT
    )


def may_offer_in(actor: Actor, round_: Round, *, today: date) -> bool:
    """Leads offer until the placements are due, HR until the plan is published."""
    if actor.is_hr:
        return round_.state in STILL_PLANNED
    in_time = today <= round_.placements_due_on
    return actor.is_lead and in_time and round_.state in BEFORE_PLANNING


def may_edit(actor: Actor, placement: Placement, *, today: date) -> bool:
    """Whether the text and the terms of a placement may still change by this actor."""
    if placement.state is PlacementState.WITHDRAWN:
        return False
    mine = actor.is_hr or hosts(actor, placement)
    return mine and may_offer_in(actor, placement.round, today=today)


def may_withdraw(actor: Actor, placement: Placement) -> bool:
    """The host team may withdraw until the plan is published, HR as long as the round lives."""
    if placement.state is PlacementState.WITHDRAWN:
        return False
    if actor.is_hr:
        return placement.round.state in ALIVE
    return hosts(actor, placement) and placement.round.state in STILL_PLANNED


def may_count_applicants(actor: Actor, placement: Placement) -> bool:
    """Hosts learn how many chose their placement, never who, before the plan is published."""
    return actor.is_hr or hosts(actor, placement)
