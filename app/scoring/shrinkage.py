"""Shrunken estimates: each mean drawn towards all others by as much as its noise asks for.

They order lists, give colours and feed the planner. They are not shown as the score and never drawn
as a trend, since a change of n alone would move them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

HALVINGS = 200


@dataclass(frozen=True, slots=True)
class Common:
    """The distribution of true pair means: N(mu, tau2); `mu_variance` is how sure mu is."""

    mu: float
    tau2: float
    mu_variance: float
    cells: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A belief about one pair's true mean: N(value, variance); `shrunken` is B."""

    value: float
    variance: float
    shrunken: float


def common(means: Sequence[float], variances: Sequence[float], floor: float) -> Common:
    """Find mu and tau² by Paule and Mandel, tau at least `floor` points (above 0)."""
    tau2 = floor * floor
    if _excess(means, variances, tau2) > 0.0:
        tau2 = _root(means, variances, tau2)
    mu, weight = _weighted(means, variances, tau2)
    return Common(mu, tau2, 1.0 / weight, len(means))


def _weighted(
    means: Sequence[float], variances: Sequence[float], tau2: float
) -> tuple[float, float]:
    weights = [1.0 / (variance + tau2) for variance in variances]
    total = math.fsum(weights)
    return math.fsum(w * mean for w, mean in zip(weights, means, strict=True)) / total, total


def _excess(means: Sequence[float], variances: Sequence[float], tau2: float) -> float:
    """How much more the means differ than noise and tau² explain."""
    mu, _ = _weighted(means, variances, tau2)
    spread = math.fsum(
        (mean - mu) ** 2 / (variance + tau2)
        for mean, variance in zip(means, variances, strict=True)
    )
    return spread - (len(means) - 1)


def _root(means: Sequence[float], variances: Sequence[float], low: float) -> float:
    high = 2.0 * low
    while _excess(means, variances, high) > 0.0:
        low, high = high, 2.0 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if _excess(means, variances, middle) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def shrink(mean: float, variance: float, shared: Common | None) -> Estimate:
    """Draw one mean towards mu; without a common distribution (few cells) it stays as it is."""
    if shared is None:
        return Estimate(mean, variance, 0.0)
    m, away = shared.cells, mean - shared.mu
    drawn = variance / (variance + shared.tau2) * (m - 3) / (m - 1)
    doubt = drawn**2 * shared.mu_variance + 2.0 * drawn**2 / (m - 3) * away**2
    return Estimate(
        shared.mu + (1.0 - drawn) * away,
        min(variance, variance * (1.0 - drawn) + doubt),
        drawn,
    )
