"""All dates of one event inside a window: its rule, single dates, exceptions and changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.calendars.reading import limits
from app.calendars.reading.events import Event, Moment, Occurrence, length_between, listed, moment
from app.calendars.reading.limits import Budget, SeriesRefused
from app.calendars.reading.rules import Rule, read_rule, walls
from app.calendars.reading.text import Line
from app.calendars.reading.values import Length, Written, length, midnight, utc
from app.calendars.reading.zones import AnyZone, Zones

_MARGIN = timedelta(days=2)  # zones differ by up to 26 hours, and a day may be moved by one


@dataclass(frozen=True, slots=True)
class Window:
    """The UTC instants `[start, end)` that are asked for."""

    start: datetime
    end: datetime


def usual_window(now: datetime) -> Window:
    """What the import asks for: from yesterday on, 400 days ahead."""
    return Window(now - timedelta(days=1), now + timedelta(days=400))


@dataclass(slots=True)
class Dates:
    """What a series gave: its dates, and sentences on what had to be left out of them."""

    occurrences: list[Occurrence] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Context:
    """What all series of one calendar share."""

    zones: Zones
    budget: Budget


def dates(events: Sequence[Event], window: Window, context: Context) -> Dates:
    """The dates of one series: the events that share a UID. Raises SeriesRefused."""
    found = Dates()
    changes = _latest_changes(events)
    if len(changes) > limits.MAX_LISTED_DATES:
        raise SeriesRefused(limits.TOO_MANY_LISTED)
    outdated: set[Event] = set()
    for master in _masters(events):
        outdated |= _repeat(found, master, changes, window, context)
    for change in changes:
        if not change.is_cancelled and change not in outdated:
            occurrence = change.occurrence(change.start)
            if is_inside(occurrence, window, context.zones):
                found.occurrences.append(occurrence)
    return found


def _masters(events: Sequence[Event]) -> list[Event]:
    """The events that replace none; of several versions of one, the latest."""
    masters = [event for event in events if event.replaces is None]
    newest = max((event.sequence for event in masters), default=0)
    return [event for event in masters if event.sequence == newest and not event.is_cancelled]


def _latest_changes(events: Sequence[Event]) -> list[Event]:
    latest: dict[datetime, Event] = {}
    for event in events:
        if event.replaces is None:
            continue
        key = event.replaces.instant
        if key not in latest or event.sequence >= latest[key].sequence:
            latest[key] = event
    return list(latest.values())


def _repeat(
    found: Dates, master: Event, changes: Sequence[Event], window: Window, context: Context
) -> set[Event]:
    """Add the dates of a master that nothing excludes or replaces; give the changes it outdates.

    A change is outdated when the master is newer and no longer has the date it replaces.
    """
    excluded = _Taken(master, _readable(found, master, "EXDATE", context.zones))
    replaced = _Taken(master, [change.replaces for change in changes if change.replaces])
    later = sorted(
        (change for change in changes if change.replaces_all_later and not change.is_cancelled),
        key=lambda change: change.replaces.instant if change.replaces else change.start.instant,
    )
    number = 0
    for at, lasting in _starts(found, master, window, context):
        if excluded.has(at) or replaced.has(at):
            continue
        occurrence = _as_changed(master, at, lasting, later)
        if not is_inside(occurrence, window, context.zones):
            continue
        if number == limits.MAX_PER_SERIES:
            found.remarks.append(limits.CUT_SERIES)
            return set()
        number += 1
        found.occurrences.append(occurrence)
    older = [change for change in changes if change.sequence < master.sequence]
    return {
        change
        for change in older
        if change.replaces
        and (excluded.has(change.replaces) or not replaced.was_met(change.replaces, window))
    }


def _as_changed(
    master: Event, at: Moment, lasting: Length | None, later: Sequence[Event]
) -> Occurrence:
    """A date of the series, moved as the last change to "this and all later" before it says."""
    for change in reversed(later):
        if change.replaces and change.replaces.instant <= at.instant:
            moved = replace(at, wall=at.wall + _shift(change, change.replaces))
            return change.occurrence(moved)
    return master.occurrence(at, lasting)


def _shift(change: Event, replaced: Moment) -> timedelta:
    if change.start.zone == replaced.zone:
        return change.start.wall - replaced.wall
    return change.start.instant - replaced.instant


class _Taken:
    """Dates of a master that do not take place as planned, however they were written."""

    def __init__(self, master: Event, moments: Sequence[Moment]) -> None:
        self._zone, self._is_date = master.start.zone, master.start.is_date
        self._days = {one.wall.date() for one in moments if one.is_date or self._is_date}
        self._instants = {self._instant(one) for one in moments if not one.is_date}
        self._met: set[date | datetime] = set()

    def has(self, at: Moment) -> bool:
        """Whether the date that would begin at `at` is one of them; remembers it."""
        day, instant = at.wall.date(), self._instant(at)
        if day in self._days:
            self._met.add(day)
            return True
        if self._is_date or instant not in self._instants:
            return False
        self._met.add(instant)
        return True

    def was_met(self, one: Moment, window: Window) -> bool:
        """Whether the series has that date; one far from the window has the benefit of doubt."""
        near = window.start <= self._instant(one) < window.end
        return not near or one.wall.date() in self._met or self._instant(one) in self._met

    def _instant(self, one: Moment) -> datetime:
        return self._zone.instant(one.wall) if one.is_floating else one.instant


def _readable(found: Dates, master: Event, name: str, zones: Zones) -> list[Moment]:
    moments = []
    for line, text in listed(master.source, name):
        try:
            one = moment(line, text, zones)
            _ = one.instant  # at the edge of the calendar this overflows
            moments.append(one)
        except (ValueError, OverflowError):
            found.remarks.append(limits.SOME_DATES_UNREADABLE)
    return moments


def _starts(
    found: Dates, master: Event, window: Window, context: Context
) -> Iterator[tuple[Moment, Length | None]]:
    """The first date, those of the rule, and the single ones, each once.

    The first date counts also where the rule misses it, but not after the end of the rule.
    """
    rule = _rule(master)
    given = set()
    if rule is None or rule.until is None or not _is_past(rule.until, master.start):
        given.add(master.start.instant)
        yield master.start, None
    for at in _ruled(master, rule, window, context.budget) if rule else ():
        if at.instant not in given:
            given.add(at.instant)
            yield at, None
    for at, lasting in _single(found, master, context.zones):
        if at.instant not in given:
            given.add(at.instant)
            yield at, lasting


def _ruled(master: Event, rule: Rule, window: Window, budget: Budget) -> Iterator[Moment]:
    longest = timedelta(days=abs(master.lasting.days)) + abs(master.lasting.exact)
    first = (window.start - _MARGIN - longest).date()
    last = (window.end + _MARGIN).date()
    for wall in walls(rule, master.start.wall, first, last, budget):
        at = Moment(wall, master.start.zone, master.start.is_date)
        if rule.until and _is_past(rule.until, at):
            return
        yield at


def _rule(master: Event) -> Rule | None:
    if master.source.first("EXRULE"):
        raise SeriesRefused(limits.EXCLUDING_RULE)
    texts = {line.value.upper().strip().rstrip(";") for line in master.source.every("RRULE")} - {""}
    if len(texts) > 1:
        raise SeriesRefused(limits.SEVERAL_RULES)
    return read_rule(texts.pop(), master.start.wall) if texts else None


def _is_past(until: Written, at: Moment) -> bool:
    """Whether a rule ended before `at`; an UNTIL without a time means the beginning of its day."""
    if at.is_date:
        return at.wall.date() > until.wall.date()
    if until.is_utc:
        return at.instant > utc(until.wall)
    return at.wall > until.wall


def _single(found: Dates, master: Event, zones: Zones) -> Iterator[tuple[Moment, Length | None]]:
    """RDATEs, with their own length if they have one. A bare date says no time, and is left out."""
    for line, text in listed(master.source, "RDATE"):
        begin, _, end = text.partition("/")
        try:
            at = moment(line, begin, zones)
            if at.is_date and not master.start.is_date:
                raise ValueError(text)  # noqa: TRY301 - read like what cannot be read
            _ = at.instant  # at the edge of the calendar this overflows
            yield at, _length_of_period(at, line, end, zones) if end else None
        except (ValueError, OverflowError):
            found.remarks.append(limits.SOME_DATES_UNREADABLE)


def _length_of_period(begin: Moment, line: Line, end: str, zones: Zones) -> Length:
    if end.lstrip("+-").upper().startswith("P"):
        return length(end)
    return length_between(begin, moment(line, end, zones))


def is_inside(one: Occurrence, window: Window, zones: Zones) -> bool:
    """Whether it shares an instant with the window, or begins in it where it has no length."""
    start, end = instants(one, zones.user)
    return start < window.end and (end > window.start or start >= window.start)


def instants(one: Occurrence, zone: AnyZone) -> tuple[datetime, datetime]:
    """Its UTC instants; those of dates are the midnights of `zone`."""
    return _instant(one.start, zone), _instant(one.end, zone)


def _instant(at: datetime | date, zone: AnyZone) -> datetime:
    return at if isinstance(at, datetime) else zone.instant(midnight(at))
