"""What a chart shows, as plain data: the page carries it and the script beside it draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STEP = 10
FULL = 100
LEAST_SPAN = 40


@dataclass(frozen=True, slots=True)
class Point:
    """A figure with the interval it lies in, and how it is said in words.

    `outer` is a wider band drawn lightly behind the interval; `watched` puts a grey ring around it.
    """

    value: float
    low: float
    high: float
    text: str
    outer: tuple[float, float] | None = None
    watched: bool = False

    @property
    def widest(self) -> tuple[float, float]:
        """The outer band, or the interval where there is none."""
        return self.outer or (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Line:
    """A named line, one point or None per label; `tone` is lake, ember or plum."""

    name: str
    tone: str
    points: Sequence[Point | None]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a label (by its text)."""

    at: str
    text: str


def trend(labels: Sequence[str], lines: Sequence[Line], events: Sequence[Event]) -> dict[str, Any]:
    """Lines over labels, for 0 to 100; the scale takes in every outer band, in whole tens.

    It spans four tens at least, so that small ups and downs look small.
    """
    points = [point for line in lines for point in line.points if point is not None]
    low = min((point.widest[0] for point in points), default=0)
    high = max((point.widest[1] for point in points), default=FULL)
    bottom, top = _widened(int(low) // STEP * STEP, -(-int(high) // STEP) * STEP)
    return {
        "kind": "trend",
        "labels": list(labels),
        "low": bottom,
        "high": top,
        "series": [
            {"name": line.name, "tone": line.tone, "points": [_plain(p) for p in line.points]}
            for line in lines
        ],
        "events": [{"at": event.at, "text": event.text} for event in events],
    }


def _widened(low: int, high: int) -> tuple[int, int]:
    """Both ends in whole tens, `LEAST_SPAN` apart at least, within 0 to 100."""
    while high - low < LEAST_SPAN:
        low, high = max(0, low - STEP), min(FULL, high + STEP)
    return max(0, low), min(FULL, high)


def _plain(point: Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {
        "value": point.value,
        "low": point.low,
        "high": point.high,
        "outer": list(point.widest),
        "watched": point.watched,
        "text": point.text,
    }
