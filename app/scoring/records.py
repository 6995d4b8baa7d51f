"""From ticked items to records: points, dimensions, missing dimensions filled, sums per pair.

Points of complete records are whole multiples of 12.5, so they are summed as whole numbers; the few
records with a missing dimension are summed in an order of their own. Sums therefore do not depend
on the order in which records come, down to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.figures import Ballots
from app.scoring.settings import (
    DIMENSIONS,
    ITEMS,
    ITEMS_OF,
    LARGEST_ANSWER,
    REVERSED,
    Settings,
)

POINTS_PER_UNIT = 12.5
MOST_UNITS = 8
MISSING = -1
STEPS = LARGEST_ANSWER + 1

Units = NDArray[np.int8]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """All records of a wave: `units[d, r]` is dimension d of record r in steps of 12.5 points."""

    units: Units
    pair_of: NDArray[np.integer[Any]]
    answered: NDArray[np.int8]  # dimensions answered per record
    counts: NDArray[np.bool_]  # whether the record counts


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the counting records of each published pair, in points."""

    n: Whole
    mean: Floats  # of the record scores
    variance: Floats  # of the record scores, n - 1 in the denominator
    dims: Floats  # [d, pair]: mean of each dimension, filled where it was missing
    dim_mean: list[float | None]  # of the company


def read_records(ballots: Ballots, settings: Settings) -> Records:
    """Turn answers into dimensions. Raises ValueError where they have no such shape or values."""
    answers = np.asarray(ballots.answers)
    pair_of = np.asarray(ballots.pair_of)
    if answers.ndim != 2 or answers.shape != (len(pair_of), len(ITEMS)):  # noqa: PLR2004
        raise ValueError("answers are one row of ten items per record")
    if answers.size and not 0 <= answers.min() <= answers.max() <= LARGEST_ANSWER:
        raise ValueError("an answer is 0 to 5")
    if pair_of.size and not 0 <= pair_of.min() <= pair_of.max() < len(ballots.pairs):
        raise ValueError("a record names no known pair")
    columns = np.ascontiguousarray(answers.T, dtype=np.uint8)
    units = np.stack([_dimension(columns, DIMENSIONS.index(name)) for name in settings.dimensions])
    answered = (units != MISSING).sum(axis=0, dtype=np.int8)
    return Records(units, pair_of, answered, answered >= settings.min_dims)


def _dimension(columns: NDArray[np.uint8], dimension: int) -> Units:
    items = ITEMS_OF[dimension]
    code = columns[items[0]]
    for item in items[1:]:
        code = code * np.uint8(STEPS) + columns[item]
    units: Units = _table(items)[code]
    return units


@cache
def _table(items: tuple[int, ...]) -> Units:
    """The units of every combination of answers to `items`, the last one counting by ones."""
    table = np.full(STEPS ** len(items), MISSING, dtype=np.int8)
    for code in range(len(table)):
        ticks = [code // STEPS ** (len(items) - 1 - place) % STEPS for place in range(len(items))]
        units = [_unit(item, tick) for item, tick in zip(items, ticks, strict=True) if tick]
        if units:
            table[code] = sum(units) // len(units)
    return table


def _unit(item: int, tick: int) -> int:
    units = 2 * (tick - 1)
    return MOST_UNITS - units if item == REVERSED else units


def sum_up(records: Records, published: Sequence[int]) -> Sums:
    """Sum the counting records of the pairs whose numbers `published` lists, in that order."""
    slot = _slots(records, published)
    complete = records.answered == len(records.units)
    whole = _whole_sums(records, np.where(complete, slot, len(published)), len(published))
    rows = np.flatnonzero(~complete & (slot < len(published)))
    company = _company_means(records, whole, rows)
    filled, places = _filled(records, rows, slot, company)
    return _combined(whole, filled, places, [float(mean) for mean in company])


def _slots(records: Records, published: Sequence[int]) -> NDArray[np.int64]:
    """The place of each record's pair in `published`; one beyond the end for all others."""
    known = int(records.pair_of.max()) + 1 if records.pair_of.size else 0
    table = np.full(max([known, *(number + 1 for number in published)]), len(published))
    table[list(published)] = np.arange(len(published))
    return np.where(records.counts, table[records.pair_of], len(published))


@dataclass(frozen=True, slots=True)
class _WholeSums:
    """Exact sums over complete records per pair: of units, of squared unit sums, by dimension."""

    n: Whole
    total: Whole
    squares: Whole
    dims: Whole


def _whole_sums(records: Records, slot: NDArray[np.int64], pairs: int) -> _WholeSums:
    def per_pair(values: NDArray[Any] | None) -> Whole:
        sums = np.bincount(slot, weights=values, minlength=pairs + 1)[:pairs]
        return sums.astype(np.int64)  # exact: far below 2**53

    total = records.units.sum(axis=0, dtype=np.int16).astype(np.int32)
    return _WholeSums(
        n=per_pair(None),
        total=per_pair(total),
        squares=per_pair(total * total),
        dims=np.stack([per_pair(units) for units in records.units]),
    )


def _company_means(records: Records, whole: _WholeSums, rows: NDArray[np.intp]) -> Floats:
    """The mean of each dimension over complete records; over all that count if none is complete."""
    if whole.n.sum():
        of_complete: Floats = POINTS_PER_UNIT * whole.dims.sum(axis=1) / whole.n.sum()
        return of_complete
    units = records.units[:, rows]
    seen = (units != MISSING).sum(axis=1)
    sums = POINTS_PER_UNIT * np.where(units != MISSING, units, 0).sum(axis=1, dtype=np.int64)
    if not seen.any():
        return np.full(len(units), np.nan)
    means: Floats = sums / np.maximum(seen, 1)
    return np.where(seen > 0, means, means[seen > 0].mean())


def _filled(
    records: Records, rows: NDArray[np.intp], slot: NDArray[np.int64], company: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """The incomplete records with their gaps filled, `[d, r]`, and the pair of each, in order.

    A gap gets the person's own mean, moved by how the company sees this dimension beside those the
    person answered, within 0 to 100.
    """
    rows = rows[np.lexsort((*records.units[:, rows], slot[rows]))]
    units = records.units[:, rows]
    is_there = units != MISSING
    points = POINTS_PER_UNIT * np.where(is_there, units, 0)
    seen = is_there.sum(axis=0)
    own = points.sum(axis=0) / seen
    usual = np.where(is_there, company[:, None], 0.0).sum(axis=0) / seen
    guess = np.clip(own + company[:, None] - usual, 0.0, 100.0)
    return np.where(is_there, points, guess), slot[rows]


def _combined(
    whole: _WholeSums, filled: Floats, places: NDArray[np.int64], company: list[float]
) -> Sums:
    pairs, dimensions = len(whole.n), len(filled)
    scores = filled.sum(axis=0) / dimensions
    n = whole.n + np.bincount(places, minlength=pairs)
    scale = POINTS_PER_UNIT / dimensions
    added = np.bincount(places, weights=scores, minlength=pairs)
    mean = (scale * whole.total + added) / n
    spread = whole.squares * scale**2 - 2 * mean * scale * whole.total + whole.n * mean**2
    apart = (scores - mean[places]) ** 2
    spread = spread + np.bincount(places, weights=apart, minlength=pairs)
    dims = np.stack(
        [
            (POINTS_PER_UNIT * sums + np.bincount(places, weights=column, minlength=pairs)) / n
            for sums, column in zip(whole.dims, filled, strict=True)
        ]
    )
    known = [None if np.isnan(value) else value for value in company]
    return Sums(n, mean, np.maximum(spread, 0.0) / (n - 1), dims, known)
