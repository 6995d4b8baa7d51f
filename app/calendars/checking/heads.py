"""Heads and zones of calendars: what readers need before the first event."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.calendars.checking.findings import Finding, error, warning
from app.calendars.checking.parts import Part

_RAW_SIGN = re.compile(r"(?<!\\)[,;]")


def check_head(calendar: Part) -> Iterator[Finding]:
    """Version, maker, name and refresh of one calendar."""
    if calendar.value("VERSION") != "2.0":
        yield error(calendar.number, "VERSION:2.0 is missing.")
    if not calendar.value("PRODID"):
        yield error(calendar.number, "PRODID is missing; some readers refuse the file.")
    if calendar.value("METHOD") in {"REQUEST", "CANCEL", "REPLY"}:
        yield warning(calendar.number, "METHOD belongs to mails; a feed says PUBLISH or nothing.")
    for name in ("NAME", "X-WR-CALNAME"):
        found = calendar.first(name)
        if found and _RAW_SIGN.search(found.line.value):
            yield warning(found.number, f"A comma or semicolon of {name} lacks its backslash.")
    refresh = calendar.first("REFRESH-INTERVAL")
    if refresh and refresh.line.parameter("VALUE") != "DURATION":
        yield warning(refresh.number, "REFRESH-INTERVAL lacks VALUE=DURATION.")


def check_zones(calendar: Part) -> Iterator[Finding]:
    """That every zone named is described, in a way that Outlook reads, and none for nothing."""
    used = _used(calendar)
    described: dict[str, Part] = {}
    for zone in calendar.of_kind("VTIMEZONE"):
        line = zone.first("TZID")
        described[line.line.value if line else ""] = zone
        yield from _check_zone(zone)
    for name, number in used.items():
        if name not in described:
            yield error(number, f"The zone {name[:60]!r} is not described in the file.")
    for name, zone in described.items():
        if name not in used:
            yield warning(zone.number, f"Nothing uses the zone {name[:60]!r}.")


def _used(calendar: Part) -> dict[str, int]:
    """The zones that events name, each with a line that does."""
    return {
        name: content.number
        for part in calendar.parts
        if part.name != "VTIMEZONE"
        for content in part.all_contents()
        if (name := content.line.parameter("TZID"))
    }


def _check_zone(zone: Part) -> Iterator[Finding]:
    if not any(zone.of_kind("STANDARD")):
        yield error(zone.number, "The zone has no STANDARD part; Outlook refuses it.")
    for part in zone.parts:
        listed = part.first("RDATE")
        if listed:
            yield error(listed.number, "The zone lists its changes (RDATE); Outlook skips them.")
        for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
            if part.first(name) is None:
                yield error(part.number, f"{name} is missing.")
