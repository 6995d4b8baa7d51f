"""Which pairs of a published wave need something: those in need of contact, those surely low.

Only pairs whose figures are published and well founded are named: few answers give no rank. Lists
are ordered by estimates drawn towards the company's mean, so that chance does not put small teams
first; each is taken on the grid of its figure, so that an order tells no more than the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from app.domain.collaboration import NO_COLOUR, Body, Pair, Reading, pair_of, readings
from app.domain.disclosure import band_of, grid_of, on_grid


def neediest(body: Body, *, at_most: int) -> list[tuple[Pair, float]]:
    """Undirected pairs by their weight for the planner, heaviest first; zero weights left out.

    Of equal weights the lower estimate comes first.
    """
    weights: dict[Pair, float] = {}
    estimates: dict[Pair, float] = {}
    for name, figures in body["pairs"].items():
        if figures["evidence"] == NO_COLOUR:
            continue
        pair = _undirected(name)
        weights[pair] = max(body["weights"][name], weights.get(pair, 0.0))
        estimates[pair] = min(estimate(figures), estimates.get(pair, 100.0))
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], estimates[item[0]], item[0]))
    return [item for item in heaviest if item[1] > 0][:at_most]


def _undirected(name: str) -> Pair:
    low, high = sorted(pair_of(name))
    return low, high


def estimate(figures: Mapping[str, Any]) -> float:
    """The estimate of a pair as lists are ordered by it: on its grid, or the middle of its band."""
    if figures["band_only"]:
        return fmean(band_of(figures["mean"]))
    return on_grid(figures["score"], grid_of(figures["n"]))


def surely_low(body: Body) -> list[Reading]:
    """The directed pairs that are very likely below 50, the lowest estimate first."""
    low = [found for found in readings(body).values() if found.strained]
    return sorted(
        low,
        key=lambda found: (
            estimate(body["pairs"][f"{found.source}|{found.target}"]),
            found.source,
            found.target,
        ),
    )


def drifting(body: Body) -> list[Reading]:
    """The directed pairs with the grey mark of a slow drift, in the order of their teams."""
    found = [one for one in readings(body).values() if one.watched]
    return sorted(found, key=lambda one: (one.source, one.target))
