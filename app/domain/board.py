"""The planning board as data: rows of lanes, lanes of bars and empty cells, limits per block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HUES = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that takes the blocks `[start, end)` of a row; `key` says what it stands for."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A run of `span` blocks of one lane: a bar, or one empty block."""

    start: int
    span: int
    bar: Bar | None = None


def lanes(bars: Iterable[Bar], blocks: int) -> list[list[Slot]]:
    """Put bars into as few lanes as they need, earliest first; at least one lane.

    Every lane covers blocks 0 to `blocks` without a gap. What reaches beyond is cut off.
    """
    filled: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.start, bar.end, bar.key)):
        lane = next((lane for lane in filled if lane[-1].end <= bar.start), None)
        if lane is None:
            filled.append([bar])
        else:
            lane.append(bar)
    return [_slots(lane, blocks) for lane in filled or [[]]]


def _slots(lane: Sequence[Bar], blocks: int) -> list[Slot]:
    found: list[Slot] = []
    at = 0
    for bar in lane:
        start, end = max(bar.start, 0), min(bar.end, blocks)
        if start >= end:
            continue
        found += [Slot(block, 1) for block in range(at, start)]
        found.append(Slot(start, end - start, bar))
        at = end
    return found + [Slot(block, 1) for block in range(at, blocks)]


@dataclass(frozen=True, slots=True)
class Load:
    """What is taken of a limit in one block."""

    used: int
    limit: int

    @property
    def state(self) -> str:
        """`over`, `full`, `closed` (nothing is allowed and nothing taken) or empty."""
        if self.used > self.limit:
            return "over"
        if self.limit == 0:
            return "closed"
        return "full" if self.used == self.limit else ""


def hue(order: int) -> str:
    """The colour class of the team at this place in the order of all teams."""
    return f"c{order % HUES}"
