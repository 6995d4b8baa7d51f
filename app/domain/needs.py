"""How much pairs of teams need contact in a round: whole steps, and whose turn lots made it.

The survey weighs a pair from 0 to 1 in steps of 0.05; a round keeps the number of steps, 0 to 20.
Where lots were drawn among equally needy pairs, those that were drawn come first in the next
round, the others wait there and come first in the round after.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.refusals import N_

STEPS = 20  # of 0.05
Pair = tuple[int, int]  # the lower key first


def in_steps(weight: float) -> int:
    """A weight of 0 to 1 in steps of 0.05, halves upwards: 0.05 -> 1, 0.125 -> 3, 1 -> 20."""
    return math.floor(weight * STEPS + 0.5)


def as_weight(steps: int) -> float:
    """The weight of so many steps."""
    return steps / STEPS


class Turn(StrEnum):
    """What lots mean for a pair in the round that is planned now."""

    DRAWN = "drawn"
    WAITS = "waits"  # drew a blank after the same survey
    FOLLOWS = "follows"  # drew a blank after an earlier one, and had no turn since


TURN_LABELS = {
    Turn.DRAWN: N_("drawn by lot, comes first"),
    Turn.WAITS: N_("not drawn by lot, waits for this round"),
    Turn.FOLLOWS: N_("not drawn by lot last time, comes first"),
}
NEED_OF = {Turn.DRAWN: STEPS, Turn.FOLLOWS: STEPS, Turn.WAITS: 0}


@dataclass(frozen=True, slots=True)
class Lots:
    """What was drawn on a day after a wave: the pairs that were drawn, and those with a blank."""

    wave_id: int
    drawn: frozenset[Pair]
    blanks: frozenset[Pair]
    on: date


def turns(
    draws: Iterable[Lots], *, newest: int, last_contact: Mapping[Pair, date]
) -> dict[Pair, Turn]:
    """Whose turn it is after the wave `newest`, by draws of one kind of contact, oldest first.

    A pair's last draw decides. A blank follows until the pair has had such contact:
    `last_contact` holds the day on which a pair's last one began or will begin.
    """
    found: dict[Pair, Turn] = {}
    for draw in draws:
        is_newest = draw.wave_id == newest
        for pair in draw.drawn | draw.blanks:
            found.pop(pair, None)
            if is_newest:
                found[pair] = Turn.DRAWN if pair in draw.drawn else Turn.WAITS
            elif pair in draw.blanks and last_contact.get(pair, date.min) <= draw.on:
                found[pair] = Turn.FOLLOWS
    return found
