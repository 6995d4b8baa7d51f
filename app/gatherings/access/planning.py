"""Who plans sessions, and who leads them. Sessions come with their meetings and trainers."""

from __future__ import annotations

from app.domain.roles import Actor, Role
from app.domain.seats import BOOKABLE, GatheringState
from app.gatherings.models import Gathering


def leads(actor: Actor, gathering: Gathering) -> bool:
    """Whether the actor is a trainer of one of its meetings."""
    if Role.TRAINER not in actor.roles:
        return False
    led = {trainer.person_id for one in gathering.meetings for trainer in one.trainers}
    return actor.person_id in led


def may_see(actor: Actor, gathering: Gathering) -> bool:
    """HR every session, trainers their own, drafts included."""
    return actor.is_hr or leads(actor, gathering)


def may_write_note(actor: Actor, gathering: Gathering) -> bool:
    """HR and its trainers tell participants what to bring, until it is over."""
    is_alive = gathering.state in BOOKABLE | {GatheringState.DRAFT}
    return is_alive and may_see(actor, gathering)


def may_plan(actor: Actor) -> bool:
    """Dates, rooms, seats and announcements are HR's."""
    return actor.is_hr
