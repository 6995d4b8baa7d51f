"""What the last survey says about how much pairs of teams need contact, for the planner."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.collaboration import reading
from app.health.queries import snapshots

MOST_NEED = 5
NEEDS_PER_WEIGHT = 10  # a weight of a half is the greatest need


@dataclass(frozen=True, slots=True)
class PairNeed:
    """The weight of a directed pair and its two inputs.

    `figure` is the mean as it may be shown, or None where it is not published (the weight is then
    that of an average pair, so that it tells nothing); `importance` is 0.25 to 1.
    """

    weight: float
    figure: int | None
    importance: float

    @property
    def need(self) -> int:
        """The need as the planner counts it, 0 to 5."""
        return min(MOST_NEED, round(self.weight * NEEDS_PER_WEIGHT))


@dataclass(frozen=True, slots=True)
class Needs:
    """Directed pairs of a published wave: who rates, who is rated."""

    title: str
    pairs: dict[tuple[int, int], PairNeed]

    def between(self, one: int, other: int) -> PairNeed | None:
        """The needier of the two directions; None where neither was asked."""
        found = [self.pairs[pair] for pair in ((one, other), (other, one)) if pair in self.pairs]
        return max(found, key=lambda need: need.weight, default=None)


def latest(session: Session) -> Needs | None:
    """The needs of the wave published last, or None before the first. One statement."""
    waves = snapshots.published(session, limit=1)
    if not waves:
        return None
    body = waves[0].body
    pairs = {}
    for name, weight in body["weights"].items():
        source, _, target = name.partition("|")
        pair = int(source), int(target)
        figures = body["pairs"].get(name)
        shown = reading(pair, figures, None).mean if figures else None
        pairs[pair] = PairNeed(weight, shown, body["importance"][name])
    return Needs(waves[0].title, pairs)
