"""What a check finds, and the logical lines it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.calendars.reading.text import Line, name_of, with_plain_value


class Weight(StrEnum):
    """An error breaks some readers; a warning is read differently, or late, by some."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about line `line`, counted from 1; 0 speaks of the whole file."""

    weight: Weight
    line: int
    text: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{self.weight}: {place}{self.text}"


@dataclass(frozen=True, slots=True)
class Content:
    """An unfolded line and the number of its first physical one."""

    number: int
    line: Line


def error(line: int, text: str) -> Finding:
    """A finding that breaks readers."""
    return Finding(Weight.ERROR, line, text)


def warning(line: int, text: str) -> Finding:
    """A finding that readers take differently."""
    return Finding(Weight.WARNING, line, text)


def contents(text: str) -> Iterator[Content]:
    """The logical lines of a calendar; what has no name is left out."""
    gathered, begun = "", 0
    for number, raw in enumerate(text.split("\n"), start=1):
        physical = raw.removesuffix("\r")
        if physical[:1] in {" ", "\t"} and begun:
            gathered += physical[1:]
            continue
        yield from _content(gathered, begun)
        gathered, begun = physical, number
    yield from _content(gathered, begun)


def _content(gathered: str, number: int) -> Iterator[Content]:
    if name := name_of(gathered):
        yield Content(number, with_plain_value(name, gathered))
