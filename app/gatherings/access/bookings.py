"""Who may act on a booking."""

from __future__ import annotations

from app.domain.roles import Actor
from app.gatherings.models import Booking


def is_own(actor: Actor, person_id: int | None) -> bool:
    """Whether the booking of this person is the actor's own."""
    return person_id == actor.person_id


def may_decide(actor: Actor, booking: Booking) -> bool:
    """Leads and deputies of the home team, and HR; nobody decides on their own request."""
    if booking.person_id == actor.person_id:
        return False
    return actor.is_hr or booking.home_team_id in actor.responsible_for


def may_excuse(actor: Actor, booking: Booking) -> bool:
    """Who may decide on a booking may also take it back, even when it is late."""
    return may_decide(actor, booking)


def may_book_for(actor: Actor, person_id: int, team_id: int | None) -> bool:
    """Leads and deputies book for members of their teams, HR for everybody else."""
    if person_id == actor.person_id:
        return False
    return actor.is_hr or team_id in actor.responsible_for
