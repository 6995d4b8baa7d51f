"""Read stays: one with everything on its page, lists, and whom a stay concerns."""

from app.rotations.queries.stays.days import WorkCalendar, calendar_of
from app.rotations.queries.stays.finding import find, load
from app.rotations.queries.stays.people import Parties, holders_of, leads_of, parties_of

__all__ = [
    "Parties",
    "WorkCalendar",
    "calendar_of",
    "find",
    "holders_of",
    "leads_of",
    "load",
    "parties_of",
]
