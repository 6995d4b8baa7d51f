"""The parts of a calendar: head, zones and events, each with the line it begins at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.calendars.checking.findings import Content, Finding, error
from app.calendars.reading.limits import MAX_NESTING
from app.calendars.reading.text import Line


@dataclass(slots=True)
class Part:
    """A component as it stands in the file, whatever it is."""

    name: str
    number: int
    contents: list[Content] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def first(self, name: str) -> Content | None:
        """The first line of that name, or None."""
        return next(self.every(name), None)

    def every(self, name: str) -> Iterator[Content]:
        """All lines of that name."""
        return (content for content in self.contents if content.line.name == name)

    def value(self, name: str) -> str:
        """The value of the first line of that name, in capitals, or an empty text."""
        found = self.first(name)
        return found.line.value.upper() if found else ""

    def of_kind(self, name: str) -> Iterator[Part]:
        """The parts of that name directly inside."""
        return (part for part in self.parts if part.name == name)

    def all_contents(self) -> Iterator[Content]:
        """Every line, also of the parts inside."""
        yield from self.contents
        for part in self.parts:
            yield from part.all_contents()


def parts_of(contents: Iterable[Content]) -> tuple[Part, list[Finding]]:
    """The file as one part that holds its calendars, and what is wrong with its nesting."""
    root, findings = Part("", 0), []
    open_parts = [root]
    for content in contents:
        line = content.line
        if line.name == "BEGIN":
            findings += _begin(open_parts, content)
        elif line.name == "END":
            findings += _end(open_parts, content)
        else:
            open_parts[-1].contents.append(content)
    findings += [
        error(part.number, f"{part.name} has no end.") for part in reversed(open_parts[1:])
    ]
    return root, findings


def _begin(open_parts: list[Part], content: Content) -> list[Finding]:
    begun = Part(_kind(content.line), content.number)
    findings = []
    if begun.name == "VCALENDAR" and len(open_parts) > 1:
        findings.append(error(content.number, "A calendar begins inside another one."))
    if len(open_parts) <= MAX_NESTING:
        open_parts[-1].parts.append(begun)
    elif len(open_parts) == MAX_NESTING + 1:
        findings.append(error(content.number, "It is nested too deeply."))
    open_parts.append(begun)
    return findings


def _end(open_parts: list[Part], content: Content) -> list[Finding]:
    kind = _kind(content.line)
    if open_parts[-1].name == kind and len(open_parts) > 1:
        open_parts.pop()
        return []
    if any(part.name == kind for part in open_parts[1:]):
        while open_parts.pop().name != kind:
            pass
        return [error(content.number, f"{kind} ends before what began inside it.")]
    return [error(content.number, f"{kind} ends here, but it never began.")]


def _kind(line: Line) -> str:
    return line.value.strip().upper()[:64]
