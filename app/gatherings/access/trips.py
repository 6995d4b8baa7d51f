"""Who sees and does what with field trips and joint days.

The customer, the meeting point and the preparation belong to the host and the booked guests alone.
"""

from __future__ import annotations

from collections.abc import Collection

from app.domain.roles import Actor
from app.domain.seats import BOOKABLE, GatheringState
from app.gatherings.models import Gathering, TripPromise


def is_host(actor: Actor, gathering: Gathering) -> bool:
    """Whether the actor offers it."""
    return gathering.host_id == actor.person_id


def may_see(actor: Actor, gathering: Gathering) -> bool:
    """What was announced is seen by everybody, drafts by their host."""
    return gathering.state is not GatheringState.DRAFT or is_host(actor, gathering)


def is_of_it(actor: Actor, gathering: Gathering, guests: Collection[int]) -> bool:
    """Host and guests; `guests` are the person ids of those sure of a seat."""
    return is_host(actor, gathering) or actor.person_id in guests


def may_change(actor: Actor, gathering: Gathering) -> bool:
    """The host changes it and calls it off as long as it is to come."""
    return is_host(actor, gathering) and gathering.state in BOOKABLE


def may_call_off(actor: Actor, joint_day: Gathering, *, without_host: bool) -> bool:
    """The host does; HR where the host has left the company."""
    stands_in = actor.is_hr and without_host and joint_day.state in BOOKABLE
    return may_change(actor, joint_day) or stands_in


def may_prepare(actor: Actor, gathering: Gathering, guests: Collection[int]) -> bool:
    """Host and guests write the preparation sheet until the day is over."""
    return gathering.state in BOOKABLE and is_of_it(actor, gathering, guests)


def may_keep(actor: Actor, promise: TripPromise) -> bool:
    """Who promised says that it is kept."""
    return promise.owner_id == actor.person_id
