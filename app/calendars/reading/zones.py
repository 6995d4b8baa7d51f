"""Time zones of foreign calendars: by their IANA name, their Windows name, or their own rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from app.calendars.reading.components import Component
from app.calendars.reading.limits import MAX_LISTED_DATES, MAX_ZONES, Budget, SeriesRefused
from app.calendars.reading.rules import read_rule, walls
from app.calendars.reading.text import Line
from app.calendars.reading.values import Written, offset, written

_NAME = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*")
_FIXED = re.compile(r"\(?(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?:[:.]?(\d\d))?)?\)?", re.IGNORECASE)
_MAX_NAME = 100
_MAX_HOURS = 14
_MARGIN = timedelta(days=800)  # a zone's own rules are followed this far round the window
_PARTS_OF_A_NAME = 3  # America/Argentina/Buenos_Aires


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the system. A repeated hour means its first pass, a skipped one the old offset."""

    of: tzinfo

    def instant(self, wall: datetime) -> datetime:
        """The UTC instant of a naive wall-clock time."""
        return wall.replace(tzinfo=self.of).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OwnZone:
    """A zone as the file's VTIMEZONE describes it: from each wall-clock time on, an offset."""

    before: timedelta
    changes: tuple[datetime, ...]  # naive; the first moment at which the new offset surely holds
    offsets: tuple[timedelta, ...]

    def instant(self, wall: datetime) -> datetime:
        """The UTC instant of a naive wall-clock time, by the same rules as `Zone`."""
        place = bisect_right(self.changes, wall)
        away = self.offsets[place - 1] if place else self.before
        return (wall - away).replace(tzinfo=UTC)


AnyZone = Zone | OwnZone
IN_UTC = Zone(UTC)


@dataclass(slots=True)
class Zones:
    """What the names of zones mean in one calendar.

    `user` is the person's zone: dates begin at its midnights, and it stands in for unknown names
    (`has_unknown` remembers that there was one). `home` is meant by times that name no zone.
    `around` are the days whose changes of the clock matter.
    """

    user: AnyZone
    home: AnyZone
    definitions: Mapping[str, Component]
    around: tuple[date, date]
    budget: Budget
    has_unknown: bool = False
    known: dict[str, AnyZone | None] = field(default_factory=dict)

    def of(self, line: Line, value: Written) -> AnyZone:
        """The zone of one value of a line."""
        if value.is_utc:
            return IN_UTC
        name = line.parameter("TZID")
        if not name:
            return self.home
        if name not in self.known:
            self.known[name] = self._look_up(name)
        found = self.known[name]
        if found is None:
            self.has_unknown = True
            return self.user
        return found

    def _look_up(self, name: str) -> AnyZone | None:
        if system := system_zone(name):
            return system
        definition = self.definitions.get(name)
        if definition is None:
            return _embedded(name)
        return _own(definition, self.around, self.budget) or _embedded(name)


def prepare() -> None:
    """Load the tables of names, so that a forked process finds them there."""
    _iana_names()
    _windows_names()


def definitions(parts: Iterable[Component]) -> dict[str, Component]:
    """The VTIMEZONEs among the parts of a calendar, by name; the first of each counts."""
    found: dict[str, Component] = {}
    for part in parts:
        line = part.first("TZID") if part.name == "VTIMEZONE" else None
        if line and len(found) < MAX_ZONES:
            found.setdefault(line.value.strip('"'), part)
    return found


def system_zone(name: str) -> Zone | None:
    """The zone of an IANA or Windows name in any case, or of a fixed offset, or None."""
    if len(name) > _MAX_NAME:
        return None
    return _iana(name) or _windows(name) or _fixed(name)


def _iana(name: str) -> Zone | None:
    if not _NAME.fullmatch(name):
        return None
    known = _iana_names().get(name.lower())
    return Zone(ZoneInfo(known)) if known else None


@cache
def _iana_names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _windows(name: str) -> Zone | None:
    return _iana(_windows_names().get(name.lower(), "-"))


@cache
def _windows_names() -> dict[str, str]:
    names = get_global("windows_zone_mapping")
    return {windows.lower(): iana for windows, iana in names.items()}


def _fixed(name: str) -> Zone | None:
    """`UTC+01:00`, `(GMT -05:00)`; a longer text names a place, whose summer time is unknown."""
    found = _FIXED.fullmatch(name)
    if found is None:
        return None
    hours, minutes = int(found[2] or 0), int(found[3] or 0)
    if hours > _MAX_HOURS or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    away = timedelta(hours=hours, minutes=minutes)
    return Zone(timezone(-away if found[1] == "-" else away))


def _embedded(name: str) -> Zone | None:
    """`/vendor.example/20260101_1/Europe/Berlin`: the IANA name at the end of a long one."""
    parts = name.strip("/").split("/")
    for size in range(min(_PARTS_OF_A_NAME, len(parts)), 1, -1):
        if found := _iana("/".join(parts[-size:])):
            return found
    return None


def _own(definition: Component, around: tuple[date, date], budget: Budget) -> OwnZone | None:
    """Follow a VTIMEZONE's rules round the window; None when nothing of it can be read."""
    onsets: list[tuple[datetime, timedelta, timedelta]] = []
    for part in definition.parts:
        try:
            onsets += _onsets(part, around, budget)
        except (ValueError, OverflowError, SeriesRefused):
            continue  # half a zone is better than none
    if not onsets:
        return None
    onsets.sort()
    changes = tuple(wall + max(old, new) - old for wall, old, new in onsets)
    return OwnZone(onsets[0][1], changes, tuple(new for _, _, new in onsets))


def _onsets(
    part: Component, around: tuple[date, date], budget: Budget
) -> list[tuple[datetime, timedelta, timedelta]]:
    """When one observance begins: wall clock of the old offset, old and new offset."""
    begin, old, new = part.first("DTSTART"), part.first("TZOFFSETFROM"), part.first("TZOFFSETTO")
    if begin is None or new is None:
        return []
    before, after = offset((old or new).value), offset(new.value)
    start = written(begin.value).wall
    found = {start}
    for line in part.every("RDATE"):
        found |= {written(text.partition("/")[0]).wall for text in line.value.split(",") if text}
    for line in part.every("RRULE"):
        found |= _repeated(line.value, start, before, around, budget)
    if len(found) > MAX_LISTED_DATES:
        raise ValueError("too many changes of the clock")
    return [(wall, before, after) for wall in found]


def _repeated(
    text: str, start: datetime, before: timedelta, around: tuple[date, date], budget: Budget
) -> set[datetime]:
    rule = read_rule(text, start)
    found = set()
    for wall in walls(rule, start, around[0] - _MARGIN, around[1] + _MARGIN, budget):
        if rule.until and wall - (before if rule.until.is_utc else timedelta(0)) > rule.until.wall:
            break
        found.add(wall)
    return found
