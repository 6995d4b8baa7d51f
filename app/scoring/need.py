"""How much a pair needs contact, for the rotation planner.

need = importance · E[(target - true mean) above zero] / target, where the true mean is believed to
be N(estimate, variance). A pair that is not published gets what an average pair of the company
would get, so that the planner's choices tell nothing about hidden answers.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from app.domain.needs import as_weight, in_steps

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
