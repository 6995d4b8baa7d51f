"""Many quantiles of Student's t at once, to the last bit those of `quantiles`.

The same steps are taken for all of them side by side. Nearly all of the time goes into a continued
fraction of sums, products and quotients, which numpy rounds as Python does. Logarithms and
exponentials are asked of the standard library value by value: numpy's may differ in the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.scoring.quantiles import (
    EPSILON,
    MANY,
    STEPS,
    TINY,
    beta_front,
    first_guess,
    following,
    is_left,
    is_settled,
    t_quantile,
)

Floats = NDArray[np.float64]


def t_quantiles(probability: float, dfs: Iterable[float]) -> dict[float, float]:
    """The `t_quantile` of each of `dfs`, by these. Raises ValueError as it does."""
    asked = set(dfs)
    found = {df: t_quantile(probability, df) for df in asked if df > MANY}
    found |= _searched(probability, sorted(asked - found.keys()))
    return found


def _searched(probability: float, dfs: Sequence[float]) -> dict[float, float]:
    found = {df: first_guess(probability, df) for df in dfs}
    last, unsettled = dict.fromkeys(dfs, math.inf), list(dfs)
    for _ in range(STEPS):
        if not unsettled:
            break
        tails = _two_sided([found[df] for df in unsettled], unsettled)
        before, unsettled = unsettled, []
        for df, tail in zip(before, tails, strict=True):
            t = found[df]
            found[df] = following(t, tail, probability, df)
            step = abs(found[df] - t)
            if not is_settled(step, last[df], t):
                unsettled.append(df)
            last[df] = step
    return found


def _two_sided(ts: Sequence[float], dfs: Sequence[float]) -> list[float]:
    """P(|T| >= t) for each t above zero and its degrees of freedom."""
    squares, df = np.square(ts), np.array(dfs)
    x, rest, a = df / (df + squares), squares / (df + squares), df / 2.0
    each = list(zip(x.tolist(), rest.tolist(), a.tolist(), strict=True))
    fronts = np.array([beta_front(*one) for one in each])
    left = np.array([is_left(one, half_df) for one, _rest, half_df in each])
    first, second = np.where(left, a, 0.5), np.where(left, 0.5, a)
    parts = fronts * _fractions(np.where(left, x, rest), first, second) / first
    tails: list[float] = np.where(left, parts, 1.0 - parts).tolist()
    return tails


def _fractions(x: Floats, a: Floats, b: Floats) -> Floats:
    """The continued fraction of `quantiles` for each; what has come to its end is put aside."""
    found, place = np.empty_like(x), np.arange(len(x))
    c = np.ones_like(x)
    value = d = 1.0 / _off_zero(1.0 - (a + b) * x / (a + 1.0))
    for m in range(1, STEPS):
        at = a + 2 * m
        d, c, even = _next(d, c, m * (b - m) * x / ((at - 1) * at))
        d, c, odd = _next(d, c, -(a + m) * (a + b + m) * x / (at * (at + 1)))
        value = value * even * odd
        ended = np.abs(odd - 1.0) < EPSILON
        if ended.any():
            found[place[ended]] = value[ended]
            place = place[~ended]
            x, a, b, c, d, value = (own[~ended] for own in (x, a, b, c, d, value))
        if not place.size:
            break
    found[place] = value
    return found


def _next(d: Floats, c: Floats, term: Floats) -> tuple[Floats, Floats, Floats]:
    d, c = 1.0 / _off_zero(1.0 + term * d), _off_zero(1.0 + term / c)
    return d, c, c * d


def _off_zero(values: Floats) -> Floats:
    values[values == 0.0] = TINY
    return values
