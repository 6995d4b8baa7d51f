"""Which earlier waves a wave is compared with, and on which dimensions.

A trend may cross a new wording only on the dimensions that both sides asked alike, six at least,
with both sides scored anew on these from the kept answers. Otherwise the line is broken. What was
published stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from app import scoring
from app.scoring import DIMENSIONS, ITEMS, Settings
from app.scoring.settings import ITEMS_OF

Body = Mapping[str, Any]
Editions = Mapping[str, int]
REACH = Settings().ref_waves
LEAST = Settings().min_dims


@dataclass(frozen=True, slots=True)
class Comparison:
    """The published waves to compare with, oldest first, and the dimensions that allow it.

    `crosses` says that the wording changed in between; no dimension at all is a broken line.
    """

    past: tuple[dict[str, Any], ...]
    dimensions: tuple[str, ...]

    @property
    def crosses(self) -> bool:
        """Whether both sides are to be scored anew."""
        return 0 < len(self.dimensions) < len(DIMENSIONS)


def comparison(editions: Editions, before: Sequence[dict[str, Any]]) -> Comparison:
    """What a wave that asked these wordings is compared with; `before` is all published waves."""
    if not before:
        return Comparison((), DIMENSIONS)
    asked = scored(editions)
    if before[-1]["editions"] == asked:
        return Comparison(tuple(body for body in before if body["editions"] == asked), DIMENSIONS)
    unchanged = _unchanged(asked, before[-1]["editions"])
    if len(unchanged) < LEAST:
        return Comparison((), ())
    alike = takewhile(
        lambda body: set(unchanged) <= set(_unchanged(asked, body["editions"])), reversed(before)
    )
    return Comparison(tuple(reversed(list(alike)[:REACH])), unchanged)


def scored(editions: Editions) -> dict[str, int]:
    """The wordings of the questions that make the score."""
    return {item: edition for item, edition in editions.items() if item.startswith("q")}


def rules_on(dimensions: Sequence[str], k: int, k_target: int) -> Settings:
    """The rules of a score on some dimensions.

    A record counts with as many fewer answered dimensions as there are fewer of them, so that the
    very same records count as for the published figures: otherwise the difference between the two
    would speak about those few that fell out.
    """
    fewer = len(DIMENSIONS) - len(dimensions)
    return scoring.Settings(
        k=k, k_target=k_target, min_dims=LEAST - fewer, dimensions=tuple(dimensions)
    )


def _unchanged(one: Editions, other: Editions) -> tuple[str, ...]:
    return tuple(
        name
        for name, places in zip(DIMENSIONS, ITEMS_OF, strict=True)
        if all(one.get(ITEMS[place]) == other.get(ITEMS[place]) for place in places)
    )
