"""What people have booked while a round runs, and what that means for stays.

A stay that is full-time on site and a booking cannot be at the same time (I3). A short booking
must not cost anybody a stay of weeks, though: the planner is kept away from it where a wish has
another start, and where it has none HR sees the clash and settles it before publishing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.horizon import Horizon
from app.domain.timespan import ONE_DAY, Days, Timespan, start_of

A_DAY_AWAY = timedelta(hours=4)  # half a working day, as half a block is a block away


class Activity(StrEnum):
    """What somebody does at a booked time; the values are the codes of the broken rule."""

    TRAINING = "at_training"
    TEACHING = "teaches"
    GUEST = "on_trip"
    HOST = "hosts_trip"


@dataclass(frozen=True, slots=True)
class Booked:
    """One booked time of a person, `days` of the person's own wall clock.

    `key` names it in a breach; `title` and `path` are what everybody may read of it. A booking
    that is not `hard` (an offered seat, a session moved over something else) only warns.
    """

    key: str
    activity: Activity
    title: str
    span: Timespan
    days: Days
    path: str = ""
    hard: bool = True


class Reach(NamedTuple):
    """Where one wish could lie; `is_whole` when it would be full-time on site."""

    starts: Sequence[int]
    duration: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Diary:
    """Booked times beside a planning question, by the ids of its file.

    `blocks` are those each booking touches; `kept_off` the blocks that the file calls unavailable
    to a person for nothing but bookings; `part_time` the placements that leave time beside them.
    `soft` are bookings that only warn.
    """

    booked: Mapping[str, Sequence[Booked]] = field(default_factory=dict)
    blocks: Mapping[str, range] = field(default_factory=dict)
    kept_off: Mapping[str, Collection[int]] = field(default_factory=dict)
    part_time: Collection[str] = frozenset()
    soft: Mapping[str, Sequence[Booked]] = field(default_factory=dict)

    @property
    def by_key(self) -> dict[str, Booked]:
        """Every booking by its key."""
        return {one.key: one for times in self.booked.values() for one in times}

    def meanwhile(self, person: str, span: range) -> list[tuple[Booked, int]]:
        """A person's bookings inside some blocks, each with the first block it touches there."""
        found = []
        for one in self.booked.get(person, ()):
            inside = [block for block in self.blocks[one.key] if block in span]
            if inside:
                found.append((one, inside[0]))
        return found


def days_of(span: Timespan, zone: ZoneInfo) -> Days:
    """The days a span of instants touches on a wall clock."""
    first = span.start.astimezone(zone).date()
    last = (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    return Days(first, last + ONE_DAY)


def days_away(booked: Iterable[Booked], zone: ZoneInfo) -> set[date]:
    """The days on which bookings take four hours or more: the team has to do without then."""
    taken: dict[date, timedelta] = {}
    for one in booked:
        for day in one.days:
            taken[day] = taken.get(day, timedelta()) + _on(day, one.span, zone)
    return {day for day, length in taken.items() if length >= A_DAY_AWAY}


def _on(day: date, span: Timespan, zone: ZoneInfo) -> timedelta:
    begins, ends = start_of(day, zone), start_of(day + ONE_DAY, zone)
    return min(span.end, ends) - max(span.start, begins)


def touched(horizon: Horizon, booked: Iterable[Booked]) -> dict[int, set[str]]:
    """Block → the keys of the bookings that touch it."""
    found: dict[int, set[str]] = {}
    for one in booked:
        for block in horizon.touched_by(one.days.start, one.days.end):
            found.setdefault(block, set()).add(one.key)
    return found


def kept_off(
    busy: Mapping[int, Collection[str]], reaches: Iterable[Reach], *, closed: Collection[int]
) -> set[int]:
    """The blocks a person should not be planned into because of bookings.

    `busy` are blocks with their bookings, `closed` blocks that are closed anyway. Spared are the
    blocks of the start with the fewest bookings of each wish (no booking where it has such a
    start), and all that a part-time or remote wish could touch: it leaves time for a booking.
    """
    spared: set[int] = set()
    for reach in reaches:
        spared.update(_spared(busy, reach, closed))
    return set(busy) - spared - set(closed)


def _spared(
    busy: Mapping[int, Collection[str]], reach: Reach, closed: Collection[int]
) -> Iterable[int]:
    spans = [range(start, start + reach.duration) for start in reach.starts]
    possible = [span for span in spans if not any(block in closed for block in span)]
    if not possible:
        return ()
    if not reach.is_whole:
        return {block for span in possible for block in span}
    return min(possible, key=lambda span: (len(_met(busy, span)), span.start))


def _met(busy: Mapping[int, Collection[str]], span: range) -> set[str]:
    return {key for block in span for key in busy.get(block, ())}
