"""Least squares for one question: by how much the first column moves the outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.quantiles import t_quantile, t_two_sided

LEVEL = 0.975


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An estimate with its 95 % interval and the chance of one so large by luck."""

    value: float
    low: float
    high: float
    p: float
    df: int


def coefficient(
    outcome: Sequence[float], columns: Sequence[Sequence[float]], groups: Sequence[int]
) -> Coefficient:
    """The coefficient of the first of `columns`, with one intercept for each of `groups`.

    Columns that say nothing new are harmless. Raises ValueError with fewer rows than columns.
    """
    import numpy as np  # noqa: PLC0415 - numbers are loaded when they are needed

    levels = sorted(set(groups))
    intercepts = [[float(group == level) for level in levels] for group in groups]
    x = np.array([[*row, *own] for row, own in zip(columns, intercepts, strict=True)])
    y = np.array(outcome, dtype=np.float64)
    inverse = np.linalg.pinv(x.T @ x)
    weights = inverse @ x.T @ y
    df = len(y) - int(np.linalg.matrix_rank(x))
    if df < 1:
        raise ValueError("fewer rows than columns")
    residuals = y - x @ weights
    variance = float(residuals @ residuals) / df * float(inverse[0, 0])
    value, error = float(weights[0]), math.sqrt(max(variance, 0.0))
    half = t_quantile(LEVEL, float(df)) * error
    p = t_two_sided(value / error, df) if error else float(value == 0.0)
    return Coefficient(value, value - half, value + half, p, df)
