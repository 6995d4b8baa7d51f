"""Everything a person does with a seat of a session, a field trip or a joint day.

Each act locks the gathering's row first (several in the order of their keys), so that those who
want its last seat line up; the decisions are `app.domain.seats` and `app.domain.queueing`. Call
`ring("mail")` after the unit of work. Nothing here asks who may do it: that is `access`.
"""

from app.gatherings.services.bookings.announcing import announce, confirm
from app.gatherings.services.bookings.approving import (
    Approved,
    Left,
    approve,
    approve_each,
    decline,
)
from app.gatherings.services.bookings.booking import book
from app.gatherings.services.bookings.calling_off import call_off
from app.gatherings.services.bookings.cancelling import (
    cancel,
    excuse,
    leave,
    may_be_excused,
    may_give_back,
)
from app.gatherings.services.bookings.keeping import keep
from app.gatherings.services.bookings.moving_up import promote
from app.gatherings.services.bookings.offers import accept_offer, shorten_offers, turn_down_offer
from app.gatherings.services.bookings.outcome import Outcome
from app.gatherings.services.bookings.paths import path_of
from app.gatherings.services.bookings.rescheduling import moments_of, reschedule
from app.gatherings.services.bookings.seats import change_seats
from app.gatherings.services.bookings.sitting import Moved, Sitting

__all__ = [
    "Approved",
    "Left",
    "Moved",
    "Outcome",
    "Sitting",
    "accept_offer",
    "announce",
    "approve",
    "approve_each",
    "book",
    "call_off",
    "cancel",
    "change_seats",
    "confirm",
    "decline",
    "excuse",
    "keep",
    "leave",
    "may_be_excused",
    "may_give_back",
    "moments_of",
    "path_of",
    "promote",
    "reschedule",
    "shorten_offers",
    "turn_down_offer",
]
