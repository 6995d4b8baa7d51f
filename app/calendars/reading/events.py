"""One VEVENT, checked: when it begins, how long it lasts, and whether it makes busy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from app.calendars.reading import limits
from app.calendars.reading.components import Component
from app.calendars.reading.limits import SeriesRefused
from app.calendars.reading.text import Line
from app.calendars.reading.values import Length, length, written
from app.calendars.reading.zones import AnyZone, Zones

# Outlook marks a cancelled meeting of a published calendar by its title alone.
_CANCELLED_WORDS = (
    *("canceled", "cancelled", "abgesagt", "storniert", "annulé", "annulée", "annullato"),
    *("cancelado", "cancelada", "geannuleerd", "odwołane", "odwołano", "inställt", "inställd"),
    *("aflyst", "avlyst", "peruttu", "zrušeno", "zrušené", "anulat", "otkazano", "lemondva"),
    *("iptal edildi", "отменено", "已取消", "取消済み"),
)
_CANCELLED_TITLES = tuple(
    f"{word}{colon}"
    for word in _CANCELLED_WORDS
    for colon in (":", " :", "\N{NO-BREAK SPACE}:", "：")
)
_FREE_STATES = frozenset({"FREE", "WORKINGELSEWHERE"})


class Presence(StrEnum):
    """What an event says of its owner's time."""

    BUSY = "busy"
    SOFT = "soft"
    FREE = "free"


@dataclass(frozen=True)
class Moment:
    """A date or a wall-clock time in a zone."""

    wall: datetime
    zone: AnyZone
    is_date: bool = False
    is_floating: bool = False

    @cached_property
    def instant(self) -> datetime:
        """Its UTC instant; of a date, that of its beginning in the person's zone."""
        return self.zone.instant(self.wall)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of an event: UTC instants, or dates for whole days; the end is exclusive.

    `whole_day` is also said of midnights that the writer calls an all-day event.
    """

    start: datetime | date
    end: datetime | date
    presence: Presence
    whole_day: bool


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """A readable VEVENT. `replaces` is its RECURRENCE-ID, `lines` its repetition as written."""

    uid: str
    sequence: int
    start: Moment
    lasting: Length
    presence: Presence
    is_cancelled: bool
    is_called_all_day: bool
    replaces: Moment | None
    replaces_all_later: bool
    source: Component

    def occurrence(self, at: Moment, lasting: Length | None = None) -> Occurrence:
        """This event as if it began at `at`. What has no length makes nobody busy."""
        size = lasting or self.lasting
        start: datetime | date
        end: datetime | date
        if self.start.is_date:
            start = at.wall.date()
            end = start + timedelta(days=size.days + size.exact.days)
            has_length = end > start
        else:
            start = at.instant
            end = at.zone.instant(at.wall + timedelta(days=size.days)) + size.exact
            has_length = end > start
        presence = self.presence if has_length else Presence.FREE
        whole_day = self.start.is_date or (self.is_called_all_day and at.wall.time() == time())
        return Occurrence(start, end, presence, whole_day)


def uid_of(source: Component) -> str:
    """The event's own name, shortened where it is absurd; empty when it has none."""
    line = source.first("UID")
    return line.value[: limits.MAX_NAME] if line else ""


def read_event(source: Component, zones: Zones, *, is_called_off: bool) -> Event:
    """Check one VEVENT. `is_called_off` says that the whole file cancels. Raises SeriesRefused."""
    if not source.is_finished:
        raise SeriesRefused(limits.UNFINISHED)
    start = _start(source, zones)
    replaced = source.first("RECURRENCE-ID")
    return Event(
        uid=uid_of(source),
        sequence=_sequence(source),
        start=start,
        lasting=_lasting(source, start, zones),
        presence=_presence(source),
        is_cancelled=is_called_off or _is_cancelled(source),
        is_called_all_day=source.text("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE",
        replaces=_replaced(replaced, zones) if replaced else None,
        replaces_all_later=replaced is not None
        and (replaced.parameter("RANGE") or "").upper() == "THISANDFUTURE",
        source=source,
    )


def moment(line: Line, text: str, zones: Zones) -> Moment:
    """One value of a date line. Raises ValueError."""
    value = written(text)
    if value.is_date:
        return Moment(value.wall, zones.user, is_date=True)
    is_floating = not value.is_utc and line.parameter("TZID") is None
    return Moment(value.wall, zones.of(line, value), is_floating=is_floating)


def listed(source: Component, name: str) -> Iterator[tuple[Line, str]]:
    """The single values of all lines of a name. Raises SeriesRefused beyond 2,000."""
    found = 0
    for line in source.every(name):
        found += line.value.count(",") + 1
        if found > limits.MAX_LISTED_DATES:
            raise SeriesRefused(limits.TOO_MANY_LISTED)
        yield from ((line, text.strip()) for text in line.value.split(",") if text.strip())


def _start(source: Component, zones: Zones) -> Moment:
    line = source.first("DTSTART")
    if line is None:
        raise SeriesRefused(limits.NO_START)
    try:
        start = moment(line, line.value, zones)
    except (ValueError, OverflowError):
        raise SeriesRefused(limits.BAD_START) from None
    if not limits.FIRST_YEAR <= start.wall.year <= limits.LAST_YEAR:
        raise SeriesRefused(limits.TOO_EARLY_OR_LATE)
    return start


def _replaced(line: Line, zones: Zones) -> Moment:
    try:
        found = moment(line, line.value, zones)
        _ = found.instant  # at the edge of the calendar this overflows
    except (ValueError, OverflowError):
        raise SeriesRefused(limits.BAD_CHANGED_DATE) from None
    return found


def _lasting(source: Component, start: Moment, zones: Zones) -> Length:
    """How long it lasts: whole days for dates, else exact time between DTSTART and DTEND."""
    end, duration = source.first("DTEND"), source.first("DURATION")
    try:
        if end and end.value:
            return length_between(start, moment(end, end.value, zones))
        if duration and duration.value:
            size = length(duration.value)
            return _at_least_a_day(size) if start.is_date else size
    except (ValueError, OverflowError):
        raise SeriesRefused(limits.BAD_END) from None
    return Length(days=1) if start.is_date else Length()


def _at_least_a_day(size: Length) -> Length:
    return Length(days=size.days + size.exact.days or 1)


def length_between(start: Moment, end: Moment) -> Length:
    """Days between dates (equal ones mean one day), exact time between times.

    Raises SeriesRefused beyond 400 days.
    """
    if start.is_date:
        days = (end.wall.date() - start.wall.date()).days
        lasting = Length(days=days or 1)
    else:
        end_zone = start.zone if end.is_date else end.zone
        lasting = Length(exact=end_zone.instant(end.wall) - start.instant)
    if lasting.days + lasting.exact.days > limits.MAX_EVENT_DAYS:
        raise SeriesRefused(limits.TOO_LONG)
    return lasting


def _presence(source: Component) -> Presence:
    state = source.text("X-MICROSOFT-CDO-BUSYSTATUS")
    if source.text("TRANSP") == "TRANSPARENT" or state in _FREE_STATES:
        return Presence.FREE
    is_open = source.text("STATUS") == "TENTATIVE" or state == "TENTATIVE"
    return Presence.SOFT if is_open else Presence.BUSY


def _is_cancelled(source: Component) -> bool:
    if source.text("STATUS") in {"CANCELLED", "CANCELED"}:
        return True
    title = source.first("SUMMARY")
    return title is not None and title.value[:40].casefold().startswith(_CANCELLED_TITLES)


def _sequence(source: Component) -> int:
    text = source.text("SEQUENCE")
    return int(text[:9]) if text[:9].isdecimal() else 0
