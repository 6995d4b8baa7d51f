"""Who may see the date of a course, and who works with its participants."""

from __future__ import annotations

from app.domain.roles import Actor
from app.domain.seats import GatheringState
from app.gatherings.models import Gathering


def leads(actor: Actor, gathering: Gathering) -> bool:
    """Whether the person leads a meeting of it, or offers it; meetings come with trainers."""
    led = {trainer.person_id for one in gathering.meetings for trainer in one.trainers}
    return actor.person_id in led | {gathering.host_id}


def may_see(actor: Actor, gathering: Gathering) -> bool:
    """What was announced once is seen by everybody, drafts by HR and those who lead it."""
    if gathering.state is not GatheringState.DRAFT:
        return True
    return actor.is_hr or leads(actor, gathering)


def may_see_participants(actor: Actor, gathering: Gathering) -> bool:
    """Those who lead it and HR know who comes."""
    return actor.is_hr or leads(actor, gathering)
