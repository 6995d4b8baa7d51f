"""Student's t and the normal distribution, from the standard library alone.

Probabilities are good to 1e-12 (relative, in the tails too) up to ten thousand degrees of freedom
and to 1e-10 beyond, quantiles likewise; degrees of freedom are 1 or more, whole or not.
"""

import math
from functools import lru_cache
from statistics import NormalDist

NORMAL = NormalDist()
LEAST_P = 1e-300  # beyond it a probability is as good as none, and a quantile would not be finite
TINY = 1e-300
STEPS = 500
CLOSE = 1e-13
NEARLY = 1e-9  # below it a step that is no shorter than the one before is rounding, not progress
MANY = 1e6  # degrees of freedom from which two terms of the normal expansion are exact enough
EPSILON = 1e-16
STIRLING_FROM = 30.0


def normal_below(z: float) -> float:
    """P(Z <= z), exact in the lower tail."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|)."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def t_two_sided(t: float, df: float) -> float:
    """P(|T| >= |t|) with `df` degrees of freedom."""
    if t == 0.0:
        return 1.0
    square = t * t
    if math.isinf(square):
        return 0.0
    if df > MANY:
        return normal_two_sided(t - t * (square + 1.0) / (4.0 * df))
    return _beta(df / (df + square), square / (df + square), df / 2.0)


@lru_cache(maxsize=4096)
def t_quantile(probability: float, df: float) -> float:
    """The t that `probability` of the distribution lies below, for 0.5 < probability < 1."""
    t, last = first_guess(probability, df), math.inf
    for _ in range(STEPS):
        better = following(t, t_two_sided(t, df), probability, df)
        step = abs(better - t)
        if is_settled(step, last, t):
            return better
        t, last = better, step
    return t


def first_guess(probability: float, df: float) -> float:
    """Where the search for a quantile begins, for 0.5 < probability < 1.

    The first terms of the expansion of a t quantile around the normal one.
    """
    if not 0.5 < probability < 1.0:  # noqa: PLR2004 - the upper half is all intervals need
        raise ValueError(probability)
    z = NORMAL.inv_cdf(probability)
    first = (z**3 + z) / (4.0 * df)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96.0 * df * df)
    return z + first + second


def following(t: float, tail: float, probability: float, df: float) -> float:
    """Where the search goes from `t`, beyond which on both sides lies `tail`."""
    better = t + (tail - 2.0 * (1.0 - probability)) / (2.0 * _t_density(t, df))
    # The curve is convex: from below, Newton's steps never pass the root.
    return better if better > 0.0 else t / 2.0


def is_settled(step: float, last: float, t: float) -> bool:
    """Whether a search that went `step` on from `t`, and `last` before, has come to its end.

    With very many degrees of freedom rounding alone keeps steps longer than `CLOSE`.
    """
    return step <= CLOSE * t or last <= step <= NEARLY * t


def z_of_t(t: float, df: float) -> float:
    """The normal z whose two-sided probability is that of `t`, with the sign of `t`."""
    if t == 0.0:
        return 0.0
    half = max(t_two_sided(t, df) / 2.0, LEAST_P)
    return math.copysign(-NORMAL.inv_cdf(min(half, 0.5)), t)


def _t_density(t: float, df: float) -> float:
    log_scale = _gamma_step(df / 2.0) - 0.5 * math.log(df * math.pi)
    return math.exp(log_scale - (df + 1.0) / 2.0 * math.log1p(t * t / df))


def _gamma_step(a: float) -> float:
    """The logarithm of Gamma(a + 1/2) / Gamma(a); the difference of two lgammas loses digits."""
    if a < STIRLING_FROM:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    series = -1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5) + 17 / (14336 * a**7)
    return 0.5 * math.log(a) + series


def _beta(x: float, rest: float, a: float) -> float:
    """The regularised incomplete beta function I_x(a, 1/2), where rest = 1 - x."""
    front = beta_front(x, rest, a)
    if is_left(x, a):
        return front * _fraction(x, a, 0.5) / a
    return 1.0 - front * _fraction(rest, 0.5, a) / 0.5


def beta_front(x: float, rest: float, a: float) -> float:
    """What stands before the continued fraction of I_x(a, 1/2)."""
    log_front = a * math.log1p(-rest) if rest < 0.5 else a * math.log(x)  # noqa: PLR2004
    return math.exp(log_front + 0.5 * math.log(rest) + _gamma_step(a) - 0.5 * math.log(math.pi))


def is_left(x: float, a: float) -> bool:
    """Whether the continued fraction of I_x(a, 1/2) is the shorter one, or that of the rest."""
    return x < (a + 1.0) / (a + 2.5)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method.

    A sum that cancels out entirely counts as tiny: what is divided by it then stays finite.
    """
    c = 1.0
    value = d = 1.0 / (1.0 - (a + b) * x / (a + 1.0) or TINY)
    for m in range(1, STEPS):
        place = a + 2 * m
        even = m * (b - m) * x / ((place - 1) * place)
        d = 1.0 / (1.0 + even * d or TINY)
        c = 1.0 + even / c or TINY
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / (place * (place + 1))
        d = 1.0 / (1.0 + odd * d or TINY)
        c = 1.0 + odd / c or TINY
        step = c * d
        value *= step
        if abs(step - 1.0) < EPSILON:
            break
    return value
