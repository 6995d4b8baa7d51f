"""One published pair: its mean, an interval that is right for small teams, its band and evidence.

The variance of a record is moderated: each cell borrows `d0` degrees of freedom from all published
cells. The interval speaks about the true opinion of everybody with contact, so the more of them
answered the narrower it gets; what remains is the error of asking one person once.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.disclosure import Pair
from app.scoring.figures import Asked, response
from app.scoring.quantiles import t_quantile
from app.scoring.settings import Settings

FULL = 100.0
LIMITS = (50.0, 60.0, 75.0)
BANDS = ("strained", "fragile", "workable", "strong")
BETWEEN = "/"
EVIDENCE_A = (10, 0.60)  # records at least, response at least
EVIDENCE_B = (5, 0.50)


@dataclass(frozen=True, slots=True)
class Cell:
    """The mean of one published pair and how far to trust it."""

    pair: Pair
    asked: Asked
    n: int
    mean: float
    variance: float  # of its own records
    s2mod: float
    df: float
    having_contact: float  # N*: how many members have contact, as far as the sheets tell
    share: float  # f: how many of them answered, 1 at most
    V: float  # variance of the mean
    half: float  # half the width of the interval

    @property
    def returned(self) -> int:
        """Sheets returned, those that ended with "no contact" included."""
        return self.n + self.asked.no_contact

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, cut at 0 and 100."""
        return cut(self.mean - self.half, self.mean + self.half)

    def outer(self, margin: float) -> tuple[float, float]:
        """The interval if those who did not answer differ by `margin` points."""
        half = self.half + (1.0 - self.share) * margin
        return cut(self.mean - half, self.mean + half)

    @property
    def evidence(self) -> str:
        """A, B or C."""
        return evidence(self.n, self.response)

    @property
    def response(self) -> float:
        """The share of eligible members who returned a sheet."""
        return response(self.returned, self.asked.eligible)


def cut(low: float, high: float) -> tuple[float, float]:
    """Interval ends within 0 to 100."""
    return max(0.0, low), min(FULL, high)


def pooled_variance(ns: Sequence[int], variances: Sequence[float]) -> float:
    """The variance of a record, shared by all cells, each weighing its degrees of freedom."""
    weights = [n - 1 for n in ns]
    spread = math.fsum(weight * own for weight, own in zip(weights, variances, strict=True))
    return spread / sum(weights)


def measure(asked: Asked, own: tuple[int, float, float], pooled: float, rules: Settings) -> Cell:
    """The cell of a pair with `own` = records, mean and variance, beside the `pooled` variance."""
    n, mean, variance = own
    df = rules.d0 + n - 1
    s2mod = (rules.d0 * pooled + (n - 1) * variance) / df
    having_contact = asked.eligible * n / (n + asked.no_contact)
    share = min(1.0, n / having_contact) if having_contact else 1.0
    error = s2mod / n * (1.0 - rules.rel * share)
    return Cell(
        pair=asked.pair,
        asked=asked,
        n=n,
        mean=mean,
        variance=variance,
        s2mod=s2mod,
        df=df,
        having_contact=having_contact,
        share=share,
        V=error,
        half=t_quantile((1.0 + rules.level) / 2.0, df) * math.sqrt(error),
    )


def evidence(n: int, answered: float) -> str:
    """A: ten records and 60 % response; B: five and half; C: anything less, no colour, no alert."""
    if n >= EVIDENCE_A[0] and answered >= EVIDENCE_A[1]:
        return "A"
    return "B" if n >= EVIDENCE_B[0] and answered >= EVIDENCE_B[1] else "C"


def band(low: float, high: float) -> str:
    """The band of an interval; the lowest and the highest, joined by "/", where it crosses limits.

    The limits are the words of the scale (50: sometimes, 75: mostly), no norm.
    """
    lower, upper = bisect_right(LIMITS, low), bisect_left(LIMITS, high)
    if upper <= lower:
        return BANDS[lower]
    return f"{BANDS[lower]}{BETWEEN}{BANDS[upper]}"
