"""From single dates to the times somebody is busy: merged, firm ones before uncertain ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.calendars.reading.events import Occurrence, Presence
from app.calendars.reading.series import instants
from app.calendars.reading.zones import Zone

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class BusySpans:
    """UTC spans `[start, end)`, ascending: none of a list touch, and the lists never overlap."""

    firm: tuple[Span, ...]
    uncertain: tuple[Span, ...]


def busy_spans(
    occurrences: Iterable[Occurrence], zone: ZoneInfo, *, all_day_counts: bool
) -> BusySpans:
    """When the dates of a calendar keep its owner, whose days begin at the midnights of `zone`.

    Whole days count only when `all_day_counts`: most of them are holidays and birthdays.
    """
    firm: list[Span] = []
    uncertain: list[Span] = []
    for one in occurrences:
        if one.presence == Presence.FREE or (one.whole_day and not all_day_counts):
            continue
        (uncertain if one.presence == Presence.SOFT else firm).append(instants(one, Zone(zone)))
    whole = merged(firm)
    return BusySpans(tuple(whole), tuple(_without(merged(uncertain), whole)))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants in as few spans as possible, ascending."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """The parts of `spans` outside `taken`; both ascending and without touching ones."""
    left: list[Span] = []
    place = 0
    for start, end in spans:
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        begin, ahead = start, place
        while ahead < len(taken) and taken[ahead][0] < end:
            if begin < taken[ahead][0]:
                left.append((begin, taken[ahead][0]))
            begin = max(begin, taken[ahead][1])
            ahead += 1
        if begin < end:
            left.append((begin, end))
    return left
