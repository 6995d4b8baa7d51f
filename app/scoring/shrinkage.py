"""Shrunken estimates: each mean drawn towards all others by as much as its noise asks for.

They order lists of weak pairs, decide what is called low, and feed the planner. Colours follow the
interval of the mean. They are not shown as the score and never drawn as a trend, since a change of
n alone would move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS = 200
CLOSE = 1e-15

Floats = NDArray[np.float64]


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
    mean, variance = np.array(means), np.array(variances)
    tau2 = _tau2(mean, variance, floor * floor)
    weight = 1.0 / (variance + tau2)
    total = float(weight.sum())
    return Common(float((weight * mean).sum()) / total, tau2, 1.0 / total, len(means))


def _tau2(mean: Floats, variance: Floats, tau2: float) -> float:
    """The tau² at which the means differ as much as noise and tau² explain, or the floor given.

    What remains unexplained falls with tau² along a convex curve, so Newton's steps from below
    come ever closer and never go past.
    """
    for _ in range(STEPS):
        weight = 1.0 / (variance + tau2)
        mu = (weight * mean).sum() / weight.sum()
        apart = weight * (mean - mu) ** 2
        excess = float(apart.sum()) - (len(mean) - 1)
        step = excess / float((weight * apart).sum()) if excess > 0.0 else 0.0
        if step <= CLOSE * tau2:
            break
        tau2 += step
    return tau2


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
