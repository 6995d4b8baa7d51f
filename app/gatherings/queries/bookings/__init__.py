"""What is known of bookings: one, those of a person, the waiting list, seats, requests, clashes."""

from app.gatherings.queries.bookings.clashes import Clashes, clashes
from app.gatherings.queries.bookings.finding import find, live_booking, live_bookings, place_held
from app.gatherings.queries.bookings.lists import place_of, queue_of
from app.gatherings.queries.bookings.requests import requests_for_lead
from app.gatherings.queries.bookings.seats import SeatsNow, seats_of

__all__ = [
    "Clashes",
    "SeatsNow",
    "clashes",
    "find",
    "live_booking",
    "live_bookings",
    "place_held",
    "place_of",
    "queue_of",
    "requests_for_lead",
    "seats_of",
]
