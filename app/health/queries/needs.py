"""What the last survey says about how much pairs of teams need contact, for the planner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.collaboration import reading
from app.domain.needs import NEED_OF, Turn, in_steps
from app.health.models import RemedyKind
from app.health.queries import draws, snapshots


@dataclass(frozen=True, slots=True)
class PairNeed:
    """The weight of a directed pair, its two inputs, and what lots made of it.

    `figure` is the mean as it may be shown, or None where it is not published (the weight is then
    that of an average pair, so that it tells nothing); `importance` is 0.25 to 1.
    """

    weight: float
    figure: int | None
    importance: float
    turn: Turn | None = None

    @property
    def need(self) -> int:
        """The need as the planner counts it, 0 to 20: lots decide before the weight does."""
        return in_steps(self.weight) if self.turn is None else NEED_OF[self.turn]


@dataclass(frozen=True, slots=True)
class Needs:
    """Directed pairs of a published wave: who rates, who is rated; `turns` of undirected ones."""

    title: str
    pairs: dict[tuple[int, int], PairNeed]
    turns: dict[tuple[int, int], Turn]

    def between(self, one: int, other: int) -> PairNeed | None:
        """The needier of the two directions; None where neither was asked."""
        found = [self.pairs[pair] for pair in ((one, other), (other, one)) if pair in self.pairs]
        if not found:
            return None
        turn = self.turns.get((min(one, other), max(one, other)))
        return replace(max(found, key=lambda need: need.weight), turn=turn)


def latest(session: Session, *, at: datetime) -> Needs | None:
    """The needs of the wave published last, or None before the first.

    Two statements, two more where somebody drew a blank after an earlier wave.
    """
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
    turns = draws.turns(session, waves[0].wave_id, RemedyKind.ROTATION, at=at)
    return Needs(waves[0].title, pairs, turns)
