"""Time zones as a rule that every calendar understands.

Lists of dates, which libraries write, are read wrongly by several programs; a rule for each half
of the year is read alike by all. tzdata ends each zone with such a rule in POSIX notation
("CET-1CEST,M3.5.0,M10.5.0/3"). What it cannot say in a VTIMEZONE is written in UTC instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

KEY = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
NAME = r"[A-Za-z]{3,}|<[A-Za-z0-9+-]+>"
OFFSET = r"[+-]?\d{1,2}(?::\d{2})?"
ONSET = r"M(\d{1,2})\.(\d)\.(\d)(?:/(\d{1,2})(?::(\d{2}))?)?"
FOOTER = re.compile(
    f"(?P<std>{NAME})(?P<std_offset>{OFFSET})"
    f"(?:(?P<dst>{NAME})(?P<dst_offset>{OFFSET})?,{ONSET},{ONSET})?"
)
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
SUNDAY = 6  # as datetime counts from Monday
LAST_WEEK = 5
HOURS = 24


@dataclass(frozen=True, slots=True)
class Onset:
    """When one half of the year begins: the `week`-th (5 = last) `weekday` (0 = Sunday)."""

    month: int
    week: int
    weekday: int
    hour: int = 2
    minute: int = 0

    def in_year(self, year: int) -> datetime:
        """The wall-clock time, before the change, at which it begins."""
        first = datetime(year, self.month, 1, self.hour, self.minute)  # noqa: DTZ001 - a wall clock
        weekday = (self.weekday + SUNDAY) % 7
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (self.week - 1))
        return day if day.month == self.month else day - timedelta(days=7)

    @property
    def rule(self) -> str:
        """The same as RFC 5545 says it."""
        week = -1 if self.week == LAST_WEEK else self.week
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={week}{WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True)
class Half:
    """A part of the year: name, offset from UTC, and when it begins (None: it always is)."""

    name: str
    offset: timedelta
    onset: Onset | None = None


@dataclass(frozen=True, slots=True)
class WrittenZone:
    """A zone as a calendar can be told of it; `summer` is the half with the later clocks."""

    key: str
    winter: Half
    summer: Half | None = None

    def offset_at(self, instant: datetime) -> timedelta:
        """What the written rule says of a UTC instant."""
        if self.summer is None or self.summer.onset is None or self.winter.onset is None:
            return self.winter.offset
        year = (instant + self.winter.offset).year
        wall = instant.replace(tzinfo=None)
        begins = self.summer.onset.in_year(year) - self.winter.offset
        ends = self.winter.onset.in_year(year) - self.summer.offset
        is_summer = begins <= wall < ends if begins < ends else not ends <= wall < begins
        return self.summer.offset if is_summer else self.winter.offset

    @property
    def text(self) -> str:
        """The VTIMEZONE, line ends included."""
        other = self.summer or self.winter
        lines = ["BEGIN:VTIMEZONE", f"TZID:{self.key}"]
        lines += _observance("STANDARD", self.winter, other)
        if self.summer is not None:
            lines += _observance("DAYLIGHT", self.summer, self.winter)
        return "\r\n".join([*lines, "END:VTIMEZONE", ""])


@lru_cache(maxsize=700)
def written_zone(key: str) -> WrittenZone | None:
    """The zone called `key` as a rule, or None when it has none that calendars understand."""
    found = FOOTER.fullmatch(_footer(key)) if KEY.fullmatch(key) else None
    if found is None:
        return None
    standard = Half(_name(found["std"]), _offset(found["std_offset"]))
    if found["dst"] is None:
        return WrittenZone(key, standard)
    numbers = found.groups()[4:]
    begins, ends = _onset(numbers[:5]), _onset(numbers[5:])
    if begins is None or ends is None:
        return None
    other = _offset(found["dst_offset"]) if found["dst_offset"] else _hour_later(standard)
    halves = (
        Half(standard.name, standard.offset, ends),
        Half(_name(found["dst"]), other, begins),
    )
    winter, summer = sorted(halves, key=lambda half: half.offset)
    return WrittenZone(key, winter, summer)


def speakable(instant: datetime, key: str) -> WrittenZone | None:
    """The zone in which a UTC instant can be written; None where it must be written in UTC.

    That is where the rule disagrees with tzdata, and in the second pass of a repeated hour, which
    a wall clock cannot name.
    """
    zone = written_zone(key)
    if zone is None:
        return None
    local = instant.astimezone(ZoneInfo(key))
    return None if local.fold or local.utcoffset() != zone.offset_at(instant) else zone


def as_instant(value: datetime) -> datetime:
    """The same moment in UTC, whole seconds."""
    return value.astimezone(UTC).replace(microsecond=0)


def _observance(kind: str, half: Half, before: Half) -> list[str]:
    lines = [f"BEGIN:{kind}"]
    if half.onset is None:
        lines.append("DTSTART:19700101T000000")
    else:
        lines.append(f"DTSTART:{half.onset.in_year(1970):%Y%m%dT%H%M%S}")
        lines.append(f"RRULE:{half.onset.rule}")
    return [
        *lines,
        f"TZNAME:{half.name}",
        f"TZOFFSETFROM:{_signed(before.offset)}",
        f"TZOFFSETTO:{_signed(half.offset)}",
        f"END:{kind}",
    ]


def _signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _name(text: str) -> str:
    return text.strip("<>")


def _hour_later(half: Half) -> timedelta:
    return half.offset + timedelta(hours=1)


def _offset(text: str) -> timedelta:
    """POSIX counts westwards: "CET-1" is one hour ahead of UTC."""
    hours, _, minutes = text.lstrip("+-").partition(":")
    west = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return west if text.startswith("-") else -west


def _onset(numbers: tuple[str | None, ...]) -> Onset | None:
    month, week, weekday, hour, minute = (None if n is None else int(n) for n in numbers)
    if month is None or week is None or weekday is None:
        return None
    onset = Onset(month, week, weekday, 2 if hour is None else hour, minute or 0)
    return onset if onset.hour < HOURS else None  # beyond midnight the rule names another day


def _footer(key: str) -> str:
    return _compiled(key).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _compiled(key: str) -> bytes:
    for folder in TZPATH:
        file = Path(folder, key)
        if file.is_file():
            return file.read_bytes()
    packaged = resources.files("tzdata").joinpath("zoneinfo", key)
    return packaged.read_bytes() if packaged.is_file() else b""
