"""The grey mark for slow drifts: a moving average against the pair's first three waves.

It sees a fall spread over several waves better than the alert does, and errs more often, so it is
a mark to watch, never an alert.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from app.domain.disclosure import Pair
from app.scoring.cells import Cell
from app.scoring.figures import PastPair, PastWave
from app.scoring.settings import Settings
from app.scoring.trend import MEDIAN_FROM

NEWEST = 0.4  # the weight of the newest wave
FIRST = 3
SIGMAS = 3.0


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the moving average has gone from the first waves, and how sure that is."""

    points: float
    error: float


def watched(
    cells: Mapping[Pair, Cell], history: Sequence[PastWave], kappa: float, rules: Settings
) -> tuple[Pair, ...]:
    """The pairs that drifted: three errors (scaled by kappa) and `min_change` points at least."""
    drifts = {}
    for pair, cell in sorted(cells.items()):
        seen = [wave.pairs[pair] for wave in history if pair in wave.pairs]
        if len(seen) >= FIRST and cell.evidence != "C":
            drifts[pair] = drift([*seen, PastPair(cell.n, cell.mean, cell.s2mod, 1.0)])
    points = [found.points for found in drifts.values()]
    shift = median(points) if len(points) >= MEDIAN_FROM else 0.0
    return tuple(
        pair
        for pair, found in drifts.items()
        if abs(found.points - shift) >= max(rules.min_change, SIGMAS * kappa * found.error)
    )


def drift(seen: Sequence[PastPair]) -> Drift:
    """The drift of a pair published in more than three waves, oldest first."""
    first, later = seen[:FIRST], seen[FIRST:]
    start = math.fsum(past.mean for past in first) / FIRST
    points = 0.0
    variance = 0.0
    for past in later:
        points = NEWEST * (past.mean - start) + (1.0 - NEWEST) * points
        variance = NEWEST**2 * past.s2mod / past.n + (1.0 - NEWEST) ** 2 * variance
    moved = 1.0 - (1.0 - NEWEST) ** len(later)
    of_start = math.fsum(past.s2mod / past.n for past in first) / FIRST**2
    return Drift(points, math.sqrt(variance + moved**2 * of_start))
