"""What people do with field trips and joint days beside their seats.

Seats, requests and waiting lists are `services.bookings`. Call `ring("mail")` after the unit of
work. Nothing here asks who may do it: that is `access`.
"""

from app.gatherings.services.trips.debriefing import LookBack, Promise, keep_promise, write_debrief
from app.gatherings.services.trips.declining import call_off, customer_cancelled, veto
from app.gatherings.services.trips.hostless import hand_over
from app.gatherings.services.trips.keeping import keep, remind_of_promises
from app.gatherings.services.trips.offering import TripFields, change, offer, set_limit
from app.gatherings.services.trips.preparing import Sheet, prepare
from app.gatherings.services.trips.privacy import forget_customer

__all__ = [
    "LookBack",
    "Promise",
    "Sheet",
    "TripFields",
    "call_off",
    "change",
    "customer_cancelled",
    "forget_customer",
    "hand_over",
    "keep",
    "keep_promise",
    "offer",
    "prepare",
    "remind_of_promises",
    "set_limit",
    "veto",
    "write_debrief",
]
