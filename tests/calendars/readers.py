"""Programs of others that read what we write: each gives the same plain facts of a calendar.

A date stands for a whole day, an instant is in UTC.
"""

import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import ics
import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar, Event

from app.calendars.reading.reader import read as read_busy
from app.calendars.reading.series import Window

Facts = dict[str, tuple[object, object, str, str]]
EVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))


def at(value: object) -> object:
    """A date as it is, an instant in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value
    raise TypeError(value)


def by_icalendar(data: bytes) -> Facts:
    return _of(Calendar.from_ical(data).events)


def by_recurring_ical_events(data: bytes) -> Facts:
    return _of(recurring_ical_events.of(Calendar.from_ical(data)).between(*EVER))


def _of(events: list[Event]) -> Facts:
    return {
        str(e["UID"]): (at(e.start), at(e.end), str(e["SUMMARY"]), str(e.get("DESCRIPTION", "")))
        for e in events
    }


def by_vobject(data: bytes) -> Facts:
    calendar = vobject.readOne(data.decode())
    return {
        e.uid.value: (
            at(e.dtstart.value),
            at(e.dtend.value),
            e.summary.value,
            e.description.value if hasattr(e, "description") else "",
        )
        for e in calendar.vevent_list
    }


def by_ical(data: bytes) -> Facts:
    calendar = IcsCalendarStream.calendar_from_ics(data.decode())
    return {
        e.uid: (at(e.dtstart), at(e.dtend), e.summary, e.description or "") for e in calendar.events
    }


def by_ics(data: bytes) -> Facts:
    calendar = ics.Calendar(data.decode())
    found = {}
    for e in calendar.events:
        start, end = e.begin.datetime.astimezone(UTC), e.end.datetime.astimezone(UTC)
        if e.all_day:
            start, end = e.begin.date(), e.end.date()
        found[e.uid] = (start, end, e.name, e.description or "")
    return found


READERS: dict[str, Callable[[bytes], Facts]] = {
    "icalendar": by_icalendar,
    "recurring_ical_events": by_recurring_ical_events,
    "vobject": by_vobject,
    "ical": by_ical,
    "ics": by_ics,
}


def facts(reader: str, data: bytes) -> Facts:
    """What a reader understands; what it says of its own future is not our concern."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return READERS[reader](data)


def spans(data: bytes) -> list[tuple[object, object]]:
    """What our own import understands, free times included."""
    found = read_busy(data, ZoneInfo("Europe/Berlin"), Window(*EVER))
    assert (found.refused, found.skipped, found.remarks) == (None, [], [])
    return sorted(((at(one.start), at(one.end)) for one in found.occurrences), key=str)
