"""Weak results of a published wave: the pairs of teams for which somebody owes an answer.

An answer is an action, or a recorded "no action, because". Only what is told as clear counts: a
figure that is certain to lie below the workable, or one that fell beyond noise. What is shown as
a band only, or rests on too few answers for a colour, accuses nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.domain.collaboration import NO_COLOUR, Body, Direction, Level, Pair, Reading, readings

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
