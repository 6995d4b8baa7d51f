"""Dates, times and lengths as iCalendar writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.calendars.reading import limits
from app.calendars.reading.limits import SeriesRefused

_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z?)", re.ASCII)
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d{1,7})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?", re.ASCII)
_LAST_SECOND = 59


@dataclass(frozen=True, slots=True)
class Written:
    """A DATE or DATE-TIME as it stands in the file: a naive `wall` time, and what is said of it."""

    wall: datetime
    is_date: bool = False
    is_utc: bool = False


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasts: `days` on the calendar (a day may have 23 hours), then `exact`."""

    days: int = 0
    exact: timedelta = timedelta(0)


def written(text: str) -> Written:
    """Read `20260301` or `20260301T080000` or the same with a Z. Raises ValueError."""
    text = text.strip().upper()
    if found := _DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return Written(datetime(year, month, day), is_date=True)  # noqa: DTZ001 - a wall clock
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        raise ValueError(text[:40])
    *numbers, second, zulu = found.groups()
    year, month, day, hour, minute = (int(part) for part in numbers)
    seconds = min(int(second or 0), _LAST_SECOND)  # a leap second is the second before
    carried = hour == 24 and minute == seconds == 0  # noqa: PLR2004 - midnight as some write it
    wall = datetime(year, month, day, 0 if carried else hour, minute, seconds)  # noqa: DTZ001
    return Written(wall + timedelta(days=carried), is_utc=bool(zulu))


def length(text: str) -> Length:
    """Read `P1D`, `PT1H30M`, `-P1W`. Raises ValueError, and SeriesRefused beyond 400 days."""
    found = _LENGTH.fullmatch(text.strip().upper())
    if found is None or text.strip().upper().endswith(("P", "T")):
        raise ValueError(text[:40])
    sign = -1 if found[1] == "-" else 1
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    whole_days = weeks * 7 + days
    if whole_days + exact.days > limits.MAX_EVENT_DAYS:
        raise SeriesRefused(limits.TOO_LONG)
    return Length(sign * whole_days, sign * exact)


def offset(text: str) -> timedelta:
    """Read `+0100` or `-033000`. Raises ValueError for a day or more."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        raise ValueError(text[:40])
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if size >= timedelta(days=1):
        raise ValueError(text[:40])
    return -size if found[1] == "-" else size


def midnight(day: date) -> datetime:
    """The naive wall-clock beginning of a day."""
    return datetime.combine(day, time())


def utc(wall: datetime) -> datetime:
    """The instant of a wall-clock time that was written in UTC."""
    return wall.replace(tzinfo=UTC)
