"""Drawing lots among equally needy pairs, so that what helped can be told from luck."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.disclosure import Pair, pair_name

LISTED_PER_PLACE = 2


@dataclass(frozen=True, slots=True)
class Draw:
    """The pairs whose turn it is now, and those whose turn is next."""

    now: tuple[Pair, ...]
    later: tuple[Pair, ...]


def listed(weights: Mapping[Pair, float], places: int) -> tuple[Pair, ...]:
    """The neediest pairs, twice as many as there are places; equal weights by name."""
    in_order = sorted(weights, key=lambda pair: (-weights[pair], pair))
    return tuple(in_order[: LISTED_PER_PLACE * places])


def draw(pairs: Collection[Pair], places: int, seed: str) -> Draw:
    """Draw `places` of `pairs`; everybody with the seed can repeat the draw.

    Announce the seed (such as the digest of the wave's plan) before the list is made.
    """
    lots = sorted(pairs, key=lambda pair: (_lot(pair, seed), pair))
    return Draw(tuple(sorted(lots[:places])), tuple(sorted(lots[places:])))


def _lot(pair: Pair, seed: str) -> str:
    return hashlib.sha256(f"{seed}\n{pair_name(pair)}".encode()).hexdigest()
