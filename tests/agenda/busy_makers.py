"""Makers of busy times: sources as the room itself writes them."""

from datetime import timedelta

from app.agenda.services import busy_sources as services
from app.agenda.services.busy_sources import Origin, Taken
from app.calendars.reading.merging import BusySpans
from tests.agenda.makers import NINE
from tests.factories import NOW

SECRET = "only for tests, and long enough for production"
URL = "https://calendar.example/secret/feed.ics"
YEAR = timedelta(days=400)


def hours(start, end):
    """A span in hours after nine."""
    return NINE + timedelta(hours=start), NINE + timedelta(hours=end)


def found(firm=(), uncertain=(), note=None, **fields):
    spans = BusySpans(tuple(firm), tuple(uncertain))
    return Taken(spans, NOW + YEAR, note or {"skipped": {}, "remarks": []}, **fields)


def make_file(session, person, firm=(), uncertain=(), *, note=None, at=NOW):
    """A file with these busy times."""
    origin = Origin(person.id, "export.ics")
    source = services.add_file(session, origin, found(firm, uncertain, note), at=at)
    session.flush()
    return source


def make_address(session, person, url=URL, *, at=NOW, **origin):
    """An address that is due at once."""
    source = services.add_address(
        session, Origin(person.id, "calendar.example", **origin), url, secret=SECRET, at=at
    )
    session.flush()
    return source
