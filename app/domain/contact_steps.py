"""How contact between two teams is told: in steps that never rest on fewer than five people.

A sum that grows whenever somebody visits the other team tells whoever looks twice how long that one
visit was. So a sum stays as it was until the visits that came to an end since then are those of
five people at least; a step, once told, is never counted anew. Then any two sums ever shown for a
pair and a kind differ by nothing, or by the days of five people or more.

Several pairs of teams meet in one training, and sums of several pairs can be subtracted from each
other. There each team's people in one meeting are a block: it counts whole, in the sum of every
pair, or (with fewer than five) in none. Whatever is added and subtracted, blocks stay whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 5  # persons behind every step


@dataclass(frozen=True, slots=True)
class Visit:
    """One person was there: at what (`source`), from which team, for how many days (from 1)."""

    person: int
    source: int
    team: int
    days: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a told sum grows by; `people` is 0 or 5 and more, `days` are person-days."""

    times: int
    people: int
    days: int


def step_of_visits(visits: Iterable[Visit]) -> Step | None:
    """The step that visits allow since the last one: all of them, or None for now."""
    found = list(visits)
    people = {one.person for one in found}
    if len(people) < FEWEST:
        return None
    return Step(
        times=len({one.source for one in found}),
        people=len(people),
        days=sum(one.days for one in found),
    )


def step_of_meetings(visits: Iterable[Visit]) -> Step | None:
    """The step of meetings that two teams shared; None where there was none.

    How often they met names nobody and counts always; days count in whole blocks.
    """
    blocks: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    for one in visits:
        blocks[one.source, one.team].append(one)
    if not blocks:
        return None
    large = [
        visit
        for block in blocks.values()
        if len({one.person for one in block}) >= FEWEST
        for visit in block
    ]
    return Step(
        times=len({source for source, _team in blocks}),
        people=len({one.person for one in large}),
        days=sum(one.days for one in large),
    )
