"""One thing in somebody's time as a VEVENT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Event, vText, vUri

from app.calendars.writing.texts import block, line
from app.calendars.writing.zones import as_instant, speakable

REMEMBERED = 20_000  # entries as bytes, about half a kilobyte each


class Shown(StrEnum):
    """How the time looks to others; the values are Microsoft's."""

    BUSY = "BUSY"
    FREE = "FREE"
    AWAY = "OOF"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar is told. Instants are UTC, texts are in the reader's language.

    `zone` is the IANA name of the wall clock it was planned on; an `all_day` entry runs from
    midnight to midnight there. `url` is absolute. A `called_off` entry is still listed, free.
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    all_day: bool = False
    location: str = ""
    note: str = ""
    url: str = ""
    category: str = ""
    shown: Shown = Shown.BUSY
    tentative: bool = False
    called_off: bool = False

    @property
    def zone_key(self) -> str | None:
        """The zone it is written in; None for whole days and for UTC."""
        if self.all_day or self.zone == "UTC":
            return None
        both = (speakable(self.starts_at, self.zone), speakable(self.ends_at, self.zone))
        return self.zone if all(both) else None

    @property
    def days(self) -> tuple[date, date]:
        """First day and the day after the last one, on the wall clock of its zone."""
        zone = ZoneInfo(self.zone)
        first = self.starts_at.astimezone(zone).date()
        end = self.ends_at.astimezone(zone)
        after = end.date() if end.time() == datetime.min.time() else end.date() + timedelta(days=1)
        return first, max(after, first + timedelta(days=1))


def event(entry: Entry) -> Event:
    """The VEVENT, its properties in the order in which they are written."""
    made = Event()
    made.add("uid", line(entry.uid))
    changed = as_instant(entry.changed_at)
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("created", as_instant(entry.created_at))
    made.add("sequence", entry.sequence)
    _add_span(made, entry)
    made.add("summary", line(entry.title))
    if entry.location:
        made.add("location", line(entry.location))
    if entry.note:
        made.add("description", block(entry.note))
    if entry.url:
        made.add("url", vUri(line(entry.url)))
    _add_state(made, entry)
    if entry.category:
        made.add("categories", [line(entry.category)])
    return made


@lru_cache(maxsize=REMEMBERED)
def event_bytes(entry: Entry) -> tuple[bytes, str | None]:
    """The VEVENT as it goes over the wire, and the zone it refers to.

    Remembered by everything that is written, so a change can never meet an old text.
    """
    return event(entry).to_ical(sorted=False), entry.zone_key


def _add_span(made: Event, entry: Entry) -> None:
    if entry.all_day:
        first, after = entry.days
        made.add("dtstart", first)
        made.add("dtend", after)
        return
    zone = ZoneInfo(entry.zone) if entry.zone_key else UTC
    for name, instant in (("dtstart", entry.starts_at), ("dtend", entry.ends_at)):
        made.add(name, instant.astimezone(zone).replace(microsecond=0))


def _add_state(made: Event, entry: Entry) -> None:
    free = entry.called_off or entry.shown is Shown.FREE
    made.add("status", _status(entry))
    made.add("transp", "TRANSPARENT" if free else "OPAQUE")
    shown = "TENTATIVE" if entry.tentative and not free else entry.shown.value
    made.add("x-microsoft-cdo-busystatus", vText("FREE" if free else shown))
    made.add("x-microsoft-cdo-alldayevent", vText("TRUE" if entry.all_day else "FALSE"))


def _status(entry: Entry) -> str:
    if entry.called_off:
        return "CANCELLED"
    return "TENTATIVE" if entry.tentative else "CONFIRMED"
