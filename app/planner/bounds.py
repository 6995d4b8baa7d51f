"""True bounds from the prices of a linear program, in exact whole arithmetic.

Any prices y (not negative for "at most", not positive for "at least" rows) give the bound
y b + the sum of all reduced points above zero. Prices are rounded to whole multiples of
1/scale and everything is summed in whole numbers, so that rounding can weaken the bound but
never make it false.
"""

from dataclasses import dataclass

import numpy as np

from app.planner.model import FREE, Floats, Numbers, Program

LARGEST_SUM = 1 << 61


@dataclass(frozen=True, slots=True)
class Priced:
    """A proven bound (whole points, constant included) and the reduced points per column."""

    bound: int
    reduced: Floats


def price(program: Program, duals: Floats) -> Priced:
    """The bound that these row prices prove, and what every column is worth under them."""
    scale = _scale(program)
    dearest = 4.0 * float(np.abs(program.points).max(initial=1))  # any price is allowed
    cut = np.clip(np.nan_to_num(duals), -dearest, dearest)
    prices = np.rint(cut * scale).astype(np.int64)
    prices = np.where(program.most >= FREE, np.minimum(prices, 0), prices)
    prices = np.where(program.least <= -FREE, np.maximum(prices, 0), prices)
    single = program.single[program.single >= 0]
    prices[single] = 0
    reduced = program.points * scale - column_sums(program, prices)
    best = _best_of_each_person(program, reduced)
    prices[program.single[program.single >= 0]] = best[program.single >= 0]
    paid = np.zeros(len(reduced), dtype=np.int64)
    in_single = program.single[program.owner] >= 0
    paid[: program.stays][in_single] = best[program.owner[in_single]]
    reduced = reduced - paid
    limit = np.where(prices >= 0, program.most, program.least)
    used = prices != 0
    total = int(np.sum(prices[used].astype(object) * limit[used]))
    total += int(np.sum(np.maximum(reduced, 0) * program.upper))
    whole = _down(total // scale, program.step)
    return Priced(whole + program.constant, reduced / scale)


def _scale(program: Program) -> int:
    """The finest grid on which no sum can overflow."""
    largest = int(np.abs(program.points).max(initial=1)) + 1
    room = LARGEST_SUM // (largest * (len(program.points) + len(program.most) + 1))
    return 1 << max(0, min(20, room.bit_length() - 3))


def column_sums(program: Program, prices: Numbers) -> Numbers:
    """For every column the prices of its rows, added up exactly."""
    ends = np.concatenate([[0], np.cumsum(prices[program.row] * program.value)])
    return np.asarray(ends[program.begin[1:]] - ends[program.begin[:-1]], dtype=np.int64)


def _best_of_each_person(program: Program, reduced: Numbers) -> Numbers:
    best = np.zeros(len(program.single), dtype=np.int64)
    np.maximum.at(best, program.owner, reduced[: program.stays])
    return best


def _down(total: int, step: int) -> int:
    """The largest multiple of `step` that is not above `total`."""
    return total // step * step
