"""The formulas of docs/scoring.md in plain numpy, as an analyst would write them in one go.

No release plan beyond "at least five", no display rules, no canonical order, no checks: the floor
that the engine is measured beside. Only the t quantile is the engine's own.
"""

from math import erfc, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.quantiles import t_quantile

DIMENSIONS = ([0], [1, 2], [3], [4], [5], [6], [7], [8, 9])
K, D0, REL, TARGET = 5, 8.0, 0.8, 70.0

Floats = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]


def score(
    answers: Whole,
    pair_of: Whole,
    eligible: Floats,
    no_contact: Floats,
) -> dict[str, Any]:
    """Cells, intervals, shrunken estimates and needs of one wave."""
    dims = dimensions(answers)
    enough = (~np.isnan(dims)).sum(axis=1) >= 6  # noqa: PLR2004
    counts = np.bincount(pair_of[enough], minlength=len(eligible))
    kept = enough & (counts >= K)[pair_of]
    dims, pair = fill(dims[kept]), pair_of[kept]
    scores = dims.mean(axis=1)
    shown = counts >= K
    n = np.asarray(counts[shown], dtype=np.float64)
    total = np.bincount(pair, scores, len(counts))[shown]
    mean = total / n
    means = np.zeros(len(counts))
    means[shown] = mean
    apart = (scores - means[pair]) ** 2
    spread = np.asarray(np.bincount(pair, apart, len(counts))[shown], dtype=np.float64)
    by_dimension = [np.bincount(pair, column, len(counts))[shown] / n for column in dims.T]
    interval = intervals(n, spread, eligible[shown], no_contact[shown])
    return {"n": n, "mean": mean, "dims": by_dimension, **interval, **shrunken(mean, interval["V"])}


def dimensions(answers: Whole) -> Floats:
    """Points per dimension, NaN where nothing was answered."""
    points = np.where(answers == 0, np.nan, 25.0 * (answers.astype(np.float64) - 1.0))
    points[:, 9] = 100.0 - points[:, 9]
    columns = []
    for items in DIMENSIONS:
        own = points[:, items]
        seen = (~np.isnan(own)).sum(axis=1)
        sums = np.where(np.isnan(own), 0.0, own).sum(axis=1)
        columns.append(np.divide(sums, seen, out=np.full(len(own), np.nan), where=seen > 0))
    return np.column_stack(columns)


def fill(dims: Floats) -> Floats:
    """Missing dimensions by the two-way rule."""
    missing = np.isnan(dims)
    rows = missing.any(axis=1)
    company = dims[~rows].mean(axis=0)
    own, gaps = dims[rows], missing[rows]
    answered = (~gaps).sum(axis=1)
    person = np.where(gaps, 0.0, own).sum(axis=1) / answered
    usual = np.where(gaps, 0.0, company).sum(axis=1) / answered
    guess = np.clip(person[:, None] + company - usual[:, None], 0.0, 100.0)
    dims[rows] = np.where(gaps, guess, own)
    return dims


def intervals(n: Floats, spread: Floats, eligible: Floats, no_contact: Floats) -> dict[str, Floats]:
    """Moderated variance and half the width of the interval."""
    pooled = spread.sum() / (n - 1).sum()
    df = D0 + n - 1
    s2mod = (D0 * pooled + spread) / df
    share = np.minimum(1.0, (n + no_contact) / eligible)
    error = s2mod / n * (1.0 - REL * share)
    t = np.array([t_quantile(0.975, value) for value in df])
    return {"V": error, "half": t * np.sqrt(error)}


def shrunken(mean: Floats, error: Floats) -> dict[str, Floats]:
    """Paule–Mandel, and the estimate of every pair."""
    low, high, m = 9.0, 10_000.0, len(mean)
    for _ in range(100):
        weight = 1.0 / (error + (low + high) / 2)
        mu = (weight * mean).sum() / weight.sum()
        excess = (weight * (mean - mu) ** 2).sum() > m - 1
        low, high = ((low + high) / 2, high) if excess else (low, (low + high) / 2)
    tau2 = (low + high) / 2
    weight = 1.0 / (error + tau2)
    mu = (weight * mean).sum() / weight.sum()
    drawn = error / (error + tau2) * (m - 3) / (m - 1)
    doubt = drawn**2 / weight.sum() + 2 * drawn**2 / (m - 3) * (mean - mu) ** 2
    variance = np.minimum(error, error * (1 - drawn) + doubt)
    estimate = mu + (1 - drawn) * (mean - mu)
    return {"score": estimate, "post_var": variance, "need": needs(estimate, np.sqrt(variance))}


def needs(estimate: Floats, sd: Floats) -> Floats:
    """The needs of all pairs."""
    u = (TARGET - estimate) / sd
    below = np.array([0.5 * erfc(-value / sqrt(2.0)) for value in u])
    density: Floats = np.exp(-u * u / 2.0) / sqrt(2.0 * pi)
    found: Floats = sd * (u * below + density) / TARGET
    return found
