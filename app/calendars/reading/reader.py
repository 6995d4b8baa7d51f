"""A whole file: every series for itself, so that one broken event costs nobody the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.calendars.reading import limits
from app.calendars.reading.components import Component, calendars
from app.calendars.reading.events import Event, Occurrence, read_event, uid_of
from app.calendars.reading.limits import Budget, FileRefused, SeriesRefused
from app.calendars.reading.series import Context, Dates, Window, dates, instants
from app.calendars.reading.text import lines
from app.calendars.reading.zones import Zone, Zones, definitions, system_zone

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An event, or dates of it, that could not be read; `reason` is an English sentence."""

    uid: str
    reason: str


@dataclass(slots=True)
class Reading:
    """What was understood of a file, before merging, in the order of time.

    `refused` is the reason when nothing of it was read; `remarks` are sentences about the whole.
    """

    occurrences: list[Occurrence] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    refused: str | None = None

    def skip(self, uid: str, reason: str) -> None:
        """Remember once that something was left out."""
        entry = Skipped(uid, reason)
        if len(self.skipped) < limits.MAX_SKIPPED and entry not in self.skipped[-2:]:
            self.skipped.append(entry)


def read(data: bytes, zone: ZoneInfo, window: Window) -> Reading:
    """Read a calendar file for a person whose clock is that of `zone`.

    Its content never raises. The bounds of time and memory are those of the process: `bounds`.
    """
    reading = Reading()
    try:
        texts, is_utf8 = lines(data)
        found = calendars(texts)
    except FileRefused as refusal:
        reading.refused = refusal.reason
        return reading
    if not is_utf8:
        reading.remarks.append(limits.NOT_UTF8)
    budget = Budget()
    for calendar in found:
        _read_calendar(reading, calendar, Zone(zone), window, budget)
    _order(reading, Zone(zone))
    return reading


def _read_calendar(
    reading: Reading, calendar: Component, user: Zone, window: Window, budget: Budget
) -> None:
    named = calendar.first("X-WR-TIMEZONE")
    zones = Zones(
        user=user,
        home=(system_zone(named.value) if named else None) or user,
        definitions=definitions(calendar.parts),
        around=(window.start.date(), window.end.date()),
        budget=budget,
    )
    context = Context(zones, budget)
    for uid, sources in _by_uid(calendar):
        events = list(_readable(reading, sources, zones, calendar))
        try:
            found = dates(events, window, context)
        except SeriesRefused as refusal:
            reading.skip(uid, refusal.reason)
        except (ValueError, OverflowError):  # arithmetic at the edges of the calendar
            reading.skip(uid, limits.BAD_START)
        else:
            _take(reading, uid, found)
    if zones.has_unknown and limits.UNKNOWN_ZONE not in reading.remarks:
        reading.remarks.append(limits.UNKNOWN_ZONE)


def _by_uid(calendar: Component) -> Iterator[tuple[str, list[Component]]]:
    """The events of a calendar by UID; those without one stand alone."""
    named: dict[str, list[Component]] = {}
    for part in calendar.parts:
        if part.name != "VEVENT":
            continue
        if uid := uid_of(part):
            named.setdefault(uid, []).append(part)
        else:
            yield "", [part]
    yield from named.items()


def _readable(
    reading: Reading, sources: list[Component], zones: Zones, calendar: Component
) -> Iterator[Event]:
    is_called_off = calendar.text("METHOD") == "CANCEL"
    for source in sources:
        try:
            yield read_event(source, zones, is_called_off=is_called_off)
        except SeriesRefused as refusal:
            reading.skip(uid_of(source), refusal.reason)


def _take(reading: Reading, uid: str, found: Dates) -> None:
    for remark in dict.fromkeys(found.remarks):
        reading.skip(uid, remark)
    reading.occurrences += found.occurrences


def _order(reading: Reading, user: Zone) -> None:
    reading.occurrences.sort(key=lambda one: instants(one, user))
    if len(reading.occurrences) > limits.MAX_PER_FILE:
        del reading.occurrences[limits.MAX_PER_FILE :]
        reading.remarks.append(limits.CUT_FILE)
