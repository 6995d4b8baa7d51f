"""The whole check."""

from __future__ import annotations

from app.calendars.checking.events import check_events
from app.calendars.checking.findings import Finding, contents, error, warning
from app.calendars.checking.heads import check_head, check_zones
from app.calendars.checking.parts import parts_of
from app.calendars.checking.written import check_bytes, check_characters
from app.calendars.reading import limits
from app.calendars.reading.text import looks_like_calendar


def check(data: bytes) -> list[Finding]:
    """Everything about a file that breaks readers or makes them disagree, in the order of lines."""
    if len(data) > limits.MAX_BYTES:
        return [error(0, limits.TOO_LARGE)]
    if not looks_like_calendar(data):
        return [error(0, limits.NO_CALENDAR)]
    if data.count(b"\n") > limits.MAX_LINES:
        return [error(0, limits.TOO_MANY_LINES)]
    text = data.decode("utf-8-sig", errors="replace")
    root, findings = parts_of(contents(text))
    findings += [*check_bytes(data), *check_characters(text)]
    calendars = list(root.of_kind("VCALENDAR"))
    for calendar in calendars:
        findings += [*check_head(calendar), *check_zones(calendar), *check_events(calendar)]
    if len(calendars) > 1:
        findings.append(warning(calendars[1].number, "A second calendar; some readers refuse it."))
    if root.contents:
        findings.append(error(root.contents[0].number, "A line stands outside the calendar."))
    return sorted(findings, key=lambda finding: (finding.line, finding.weight, finding.text))
