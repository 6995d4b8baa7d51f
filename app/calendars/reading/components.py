"""The few components and properties that say when somebody is busy; the rest is never parsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.calendars.reading import limits
from app.calendars.reading.limits import FileRefused
from app.calendars.reading.text import Line, name_of, with_dates, with_plain_value

_DATES = frozenset(
    {"DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
)
_TEXTS = frozenset(
    {"UID", "STATUS", "TRANSP", "SEQUENCE", "SUMMARY"}
    | {"X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT"}
)
_OBSERVANCE = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
_WANTED = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE", "METHOD"}),
    "VTIMEZONE": frozenset({"TZID"}),
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
    "VEVENT": _DATES | _TEXTS,
}
_PLACE = {
    "VCALENDAR": "",
    "VTIMEZONE": "VCALENDAR",
    "STANDARD": "VTIMEZONE",
    "DAYLIGHT": "VTIMEZONE",
    "VEVENT": "VCALENDAR",
}


@dataclass(slots=True)
class Component:
    """One component with its wanted lines and parts, in the order of the file."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    is_finished: bool = False

    def first(self, name: str) -> Line | None:
        """The first line of that name, or None."""
        return next(self.every(name), None)

    def every(self, name: str) -> Iterator[Line]:
        """All lines of that name."""
        return (line for line in self.lines if line.name == name)

    def text(self, name: str) -> str:
        """The value of the first line of that name in capitals, or an empty text."""
        line = self.first(name)
        return line.value.upper() if line else ""


def calendars(lines: list[str]) -> list[Component]:
    """The calendars of a file with their zones and events.

    Forgiving about missing ends; raises FileRefused for what is nested too deeply or too much.
    """
    root = Component("")
    open_parts: list[Component] = [root]
    events = 0
    for line in lines:
        name = name_of(line)
        if name == "BEGIN":
            begun = _begin(open_parts, line)
            events += begun.name == "VEVENT"
        elif name == "END":
            _end(open_parts, line)
        elif name in _WANTED.get(open_parts[-1].name, ()):
            _keep(open_parts[-1], name, line)
        if events > limits.MAX_EVENTS:
            raise FileRefused(limits.TOO_MANY_EVENTS)
    return root.parts


def _begin(open_parts: list[Component], line: str) -> Component:
    kind = _kind(line)
    for place, part in enumerate(open_parts):
        if part.name == kind and kind in {"VCALENDAR", "VEVENT"}:
            del open_parts[place:]  # neither stands inside its like: the last was left open
            break
    if len(open_parts) > limits.MAX_NESTING:
        raise FileRefused(limits.TOO_DEEP)
    begun = Component(kind)
    if kind in _PLACE and _PLACE[kind] == open_parts[-1].name:
        open_parts[-1].parts.append(begun)
    open_parts.append(begun)
    return begun


def _end(open_parts: list[Component], line: str) -> None:
    kind = _kind(line)
    for place in range(len(open_parts) - 1, 0, -1):
        if open_parts[place].name == kind:
            open_parts[place].is_finished = True
            del open_parts[place:]
            return


def _kind(line: str) -> str:
    return line.partition(":")[2].strip().upper()[:64]


def _keep(owner: Component, name: str, line: str) -> None:
    dated = name in _DATES
    owner.lines.append(with_dates(name, line) if dated else with_plain_value(name, line))
