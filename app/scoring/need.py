"""How much a pair needs contact, for the rotation planner.

need = importance · E[(target - true mean) above zero] / target, where the true mean is believed to
be N(estimate, variance). A pair that is not published gets what an average pair of the company
would get, so that the planner's choices tell nothing about hidden answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from app.domain.disclosure import USUAL_K
from app.domain.needs import as_weight, in_steps

IMPORTANCE_STEP = 4  # importance comes in steps of 1/4
LEAST_IMPORTANCE = 0.25
# What is believed of a pair while fewer cells are published than a company mean needs.
USUAL_MEAN, USUAL_SD = 59.0, 10.6
STANDARD = NormalDist()


def need(estimate: float, variance: float, importance: float, target: float) -> float:
    """The need of one direction, 0 to 1 (for targets above zero)."""
    sd = math.sqrt(variance)
    if sd == 0.0:
        return importance * max(target - estimate, 0.0) / target
    u = (target - estimate) / sd
    below = 0.5 * math.erfc(-u / math.sqrt(2.0))
    return importance * sd * (u * below + STANDARD.pdf(u)) / target


def weight(value: float) -> float:
    """A need as the planner gets it: in steps of 0.05, halves upwards."""
    return as_weight(in_steps(value))


def pair_weight(one: float, other: float) -> float:
    """The weight of two teams: the larger of both directions."""
    return max(one, other)


def importance_from(answers: Sequence[int], k: int = USUAL_K) -> float | None:
    """The importance of a published pair from its c2 answers of 1 to 5: 0.25, 0.5, 0.75 or 1.

    None with fewer than `k` answers; then management's value counts.
    """
    if len(answers) < k:
        return None
    share = (sum(answers) / len(answers) - 1) / (IMPORTANCE_STEP)
    return max(LEAST_IMPORTANCE, math.floor(share * IMPORTANCE_STEP + 0.5) / IMPORTANCE_STEP)
