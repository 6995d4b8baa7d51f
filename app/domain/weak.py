"""What in a published wave needs something: weak results, pairs in need of contact, slow drifts.

A weak result is one for which somebody owes an answer: an action, or a recorded "no action,
because". Only what is told as clear counts: a figure that is certain to lie below the workable, or
one that fell beyond noise. What is shown as a band only, or rests on too few answers for a colour,
accuses nobody and gives no rank. Lists are ordered by estimates drawn towards the company's mean,
so that chance does not put small teams first; each is taken on the grid of its figure, so that an
order tells no more than the figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any

from app.domain.collaboration import (
    NO_COLOUR,
    Body,
    Direction,
    Level,
    Pair,
    Reading,
    pair_of,
    readings,
)
from app.domain.disclosure import band_of, grid_of, on_grid

LOW = frozenset({Level.STRAINED, Level.FRAGILE})


class Why(StrEnum):
    """What makes a result weak; the first that fits is told."""

    STRAINED = "strained"  # below 50, for certain
    FELL = "fell"
    FRAGILE = "fragile"  # below 60


@dataclass(frozen=True, slots=True)
class Weak:
    """A weak result of an undirected pair: the weaker view, and its lowest dimension or "" .

    `source` rates `target`.
    """

    pair: Pair
    source: int
    target: int
    why: Why
    mean: int
    dimension: str


def weak_results(body: Body, *, answered: Collection[Pair] = ()) -> list[Weak]:
    """One result per pair, the lowest figure first; pairs of `answered` (lower key first) are out.

    Where both views are weak the lower one speaks.
    """
    found: dict[Pair, Weak] = {}
    for view in sorted(readings(body).values(), key=_lowest_first):
        pair = min(view.source, view.target), max(view.source, view.target)
        why = _why(view)
        if why is None or view.mean is None or pair in found or pair in answered:
            continue
        found[pair] = Weak(pair, view.source, view.target, why, view.mean, _lowest(view))
    return list(found.values())


def _lowest_first(view: Reading) -> tuple[int, int, int]:
    return (101 if view.mean is None else view.mean, view.source, view.target)


def _why(view: Reading) -> Why | None:
    is_low = bool(view.between) and set(view.between) <= LOW and view.evidence != NO_COLOUR
    if view.strained or (is_low and set(view.between) == {Level.STRAINED}):
        return Why.STRAINED
    if view.change.direction is Direction.FELL:
        return Why.FELL
    return Why.FRAGILE if is_low else None


def _lowest(view: Reading) -> str:
    """The dimension with the lowest shown figure; empty where none is shown."""
    return min(view.dimensions, key=lambda name: view.dimensions[name], default="")


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
