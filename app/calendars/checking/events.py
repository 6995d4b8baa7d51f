"""Events: what identifies them, when they are, and how they repeat."""

from __future__ import annotations

from collections.abc import Iterator

from app.calendars.checking.findings import Content, Finding, error, warning
from app.calendars.checking.parts import Part
from app.calendars.reading.limits import SeriesRefused
from app.calendars.reading.rules import read_rule
from app.calendars.reading.values import Written, length, written

GOOGLE_EVENTS = 1_100


def check_events(calendar: Part) -> Iterator[Finding]:
    """Every event for itself, then their names together."""
    seen: dict[tuple[str, str], int] = {}
    events = list(calendar.of_kind("VEVENT"))
    for event in events:
        yield from _check_event(event)
        key = event.value("UID"), event.value("RECURRENCE-ID")
        if key[0] and key in seen:
            yield error(event.number, f"The event of line {seen[key]} has the same UID.")
        seen.setdefault(key, event.number)
    if len(events) > GOOGLE_EVENTS:
        yield warning(0, f"It has {len(events)} events; Google reads about {GOOGLE_EVENTS}.")


def _check_event(event: Part) -> Iterator[Finding]:
    for name in ("UID", "DTSTAMP", "DTSTART"):
        if not event.value(name):
            yield error(event.number, f"{name} is missing.")
    yield from _check_span(event)
    yield from _check_repetition(event)
    if event.value("STATUS") == "CANCELLED" and event.value("TRANSP") != "TRANSPARENT":
        yield warning(event.number, "It is cancelled, but still keeps its owner busy.")
    if any(event.of_kind("VALARM")):
        yield warning(event.number, "It rings an alarm for everybody who follows the calendar.")


def _check_span(event: Part) -> Iterator[Finding]:
    start_line, end_line = event.first("DTSTART"), event.first("DTEND")
    duration = event.first("DURATION")
    start, end = _read(start_line), _read(end_line)
    for content, value in ((start_line, start), (end_line, end)):
        if content and value is None:
            yield error(content.number, f"{content.line.name} cannot be read.")
    if end_line and duration:
        yield error(duration.number, "It has both DTEND and DURATION.")
    if not end_line and not duration:
        yield warning(event.number, "It has no end; readers disagree on how long it lasts.")
    if duration:
        yield from _check_length(duration)
    if start and end and start_line and end_line:
        yield from _check_order(start_line, end_line, start, end)


def _check_order(
    start_line: Content, end_line: Content, start: Written, end: Written
) -> Iterator[Finding]:
    if start.is_date != end.is_date:
        yield error(end_line.number, "One of start and end is a date, the other a time.")
        return
    if start_line.line.parameter("TZID") != end_line.line.parameter("TZID"):
        return  # two clocks: which is first is not said by the digits
    if start.is_utc == end.is_utc and end.wall <= start.wall:
        hint = " Of days it is the one after the last." if start.is_date else ""
        yield error(end_line.number, f"The end is not after the start.{hint}")


def _check_length(duration: Content) -> Iterator[Finding]:
    try:
        length(duration.line.value)
    except (ValueError, SeriesRefused):
        yield error(duration.number, "DURATION cannot be read.")


def _check_repetition(event: Part) -> Iterator[Finding]:
    rules, start = list(event.every("RRULE")), _read(event.first("DTSTART"))
    if len(rules) > 1:
        yield error(rules[1].number, "It has more than one RRULE; readers disagree.")
    for rule in rules[:2]:
        yield from _check_rule(rule, start)
    if (excluding := event.first("EXRULE")) is not None:
        yield error(excluding.number, "EXRULE is no longer part of the standard.")
    listed = event.first("RDATE")
    if listed and not rules:
        yield warning(listed.number, "Outlook drops single dates (RDATE) without an RRULE.")
    replaced = event.first("RECURRENCE-ID")
    if replaced and replaced.line.parameter("RANGE"):
        yield warning(replaced.number, "Readers disagree on changes to all later dates (RANGE).")


def _check_rule(rule: Content, start: Written | None) -> Iterator[Finding]:
    if start is None:
        return
    try:
        read = read_rule(rule.line.value, start.wall)
    except SeriesRefused as refusal:
        yield error(rule.number, f"RRULE: {refusal.reason}")
        return
    if read.until and read.until.is_date != start.is_date:
        yield error(rule.number, "UNTIL and DTSTART are not of one kind; readers disagree.")


def _read(content: Content | None) -> Written | None:
    try:
        return written(content.line.value) if content else None
    except ValueError:
        return None
