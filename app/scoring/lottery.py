"""Drawing lots among equally needy pairs, so that what helped can be told from luck."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.disclosure import Pair, pair_name
from app.domain.needs import as_weight, in_steps

LISTED_PER_PLACE = 2
ALIKE_STEPS = 2  # steps of a weight between equally needy pairs, at most
ALIKE = as_weight(ALIKE_STEPS)


@dataclass(frozen=True, slots=True)
class Draw:
    """The pairs whose turn it is now, and those whose turn is next."""

    now: tuple[Pair, ...]
    later: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Equally needy pairs, neediest first; those `ahead` are needier and go first without lots."""

    ahead: tuple[Pair, ...]
    pairs: tuple[Pair, ...]


def listed(weights: Mapping[Pair, float], places: int) -> Listed | None:
    """The neediest group of equally needy pairs, twice as many as there are places.

    Equally needy are pairs whose weights differ by 0.1 at most; equal weights stand by name. None
    where no such group is large enough.
    """
    in_order = sorted(weights, key=lambda pair: (-weights[pair], pair))
    wanted = LISTED_PER_PLACE * places
    for first in range(len(in_order) - wanted + 1):
        group = in_order[first : first + wanted]
        if in_steps(weights[group[0]]) - in_steps(weights[group[-1]]) <= ALIKE_STEPS:
            return Listed(tuple(in_order[:first]), tuple(group))
    return None


def most_places(weights: Mapping[Pair, float]) -> int:
    """The most places for which `listed` finds enough pairs; 0 where no two are equally needy."""
    steps = sorted(map(in_steps, weights.values()))
    alike = (sum(low <= other <= low + ALIKE_STEPS for other in steps) for low in set(steps))
    return max(alike, default=0) // LISTED_PER_PLACE


def draw(pairs: Collection[Pair], places: int, seed: str) -> Draw:
    """Draw `places` of `pairs`; everybody with the seed can repeat the draw.

    Make the seed only when places and pairs are fixed; else whoever knows it tries them out.
    """
    lots = sorted(pairs, key=lambda pair: (_lot(pair, seed), pair))
    return Draw(tuple(sorted(lots[:places])), tuple(sorted(lots[places:])))


def _lot(pair: Pair, seed: str) -> str:
    return hashlib.sha256(f"{seed}\n{pair_name(pair)}".encode()).hexdigest()
