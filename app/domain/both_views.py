"""Both views of a pair in one: the figure of the pair as a whole, and how strict each side is.

Made of shown figures, so that it never tells more of a view than the view's own figure does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean

from app.domain.collaboration import Body, Pair, Total, total, views
from app.domain.disclosure import grid_of, on_grid

DETECTABLE = 65.0


@dataclass(frozen=True, slots=True)
class Both:
    """The mean of both views with its interval, on the coarser grid of the two.

    `weaker` is the direction with the lower figure, `weaker_mean` that figure; None where both
    figures are the same.
    """

    mean: int
    low: int
    high: int
    weaker: Pair | None
    weaker_mean: int


def both_views(body: Body, one: int, other: int) -> Both | None:
    """The undirected figure of a pair; None where a view is missing or shown as a band only."""
    first, second = sorted((str(one), str(other)))
    figures = body["undirected"].get(f"{first}|{second}")
    found = list(views(body, one, other).values())
    means = [view.mean for view in found if view.mean is not None]
    if figures is None or len(means) < len(("one", "other")):
        return None
    grid = max(grid_of(body["pairs"][f"{view.source}|{view.target}"]["n"]) for view in found)
    mean = on_grid(fmean(means), grid)
    half = max(figures["hi"] - figures["mean"], figures["mean"] - figures["lo"], grid)
    weaker = min(found, key=lambda view: view.mean or 0)
    return Both(
        mean,
        max(0, grid * math.floor((mean - half) / grid)),
        min(100, grid * math.ceil((mean + half) / grid)),
        (weaker.source, weaker.target) if len(set(means)) > 1 else None,
        min(means),
    )


def yardsticks(body: Body, one: int, other: int) -> list[tuple[int, Total]]:
    """How kindly each of two teams sees everybody it rates: its total over more than one team."""
    found = [(team, total(body, f"out|{team}")) for team in (one, other)]
    return [(team, own) for team, own in found if own is not None and own.pairs > 1]


def noticeable_change(answers: int) -> int:
    """Points of a change that is noticed at once in four of five cases, by a rule of thumb."""
    return round(DETECTABLE / math.sqrt(answers))
