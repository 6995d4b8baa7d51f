"""What changed beyond noise, and what may be worth a look.

A pair is compared with the mean of its own last waves. How much the company's pairs jitter anyway
is learned from all changes so far (kappa); a shift of the whole company is taken out (its median);
and of many pairs only so many are marked that at most one in ten marks is false.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

from app.domain.disclosure import Pair
from app.scoring.cells import Cell, evidence
from app.scoring.figures import ChangeFigures, CompanyChange, PastPair, PastWave
from app.scoring.multiple import marked
from app.scoring.pairs import p_of
from app.scoring.quantiles import normal_two_sided, t_quantile, z_of_t
from app.scoring.settings import Settings

MEDIAN_FROM = 8  # pairs from which on a company median is taken out
MAD_TO_SD = 1.4826
MOVED = 0.25  # of the response; beyond it the composition of the answers has changed
LEAST_TEAMS = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """A pair's last waves: their mean, and c, the variance of that mean per unit of s̃²."""

    mean: float
    c: float
    waves: tuple[PastPair, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A pair's change before it is compared with the others."""

    cell: Cell
    reference: Reference
    delta: float
    error: float  # nominal, without kappa
    z: float


@dataclass(frozen=True, slots=True)
class Trend:
    """All changes of one wave."""

    changes: dict[Pair, ChangeFigures]
    kappa: float
    median: float  # of the changes, in points; 0 below eight pairs
    company: CompanyChange | None


def reference_of(pair: Pair, history: Sequence[PastWave], waves: int) -> Reference | None:
    """The mean of the pair's last published waves, each weighing its records; None without any."""
    seen = [wave.pairs[pair] for wave in history if pair in wave.pairs][-waves:]
    if not seen:
        return None
    n = sum(past.n for past in seen)
    return Reference(
        math.fsum(past.n * past.mean for past in seen) / n,
        math.fsum((past.n / n) ** 2 / past.n for past in seen),
        tuple(seen),
    )


def trend(cells: Mapping[Pair, Cell], history: Sequence[PastWave], rules: Settings) -> Trend:
    """Compare the published pairs of a wave with the waves in `history`, oldest first."""
    steps = {}
    for pair, cell in sorted(cells.items()):
        reference = reference_of(pair, history, rules.ref_waves)
        if reference is not None:
            steps[pair] = _step(cell, reference)
    z_median = _median([step.z for step in steps.values()])
    shift = _median([step.delta for step in steps.values()])
    centred = {pair: step.z - z_median for pair, step in steps.items()}
    kappa = jitter([z for wave in history for z in wave.z_centred] + [*centred.values()], rules)
    chances = {pair: normal_two_sided(z / kappa) for pair, z in centred.items()}
    outstanding = marked(chances, rules.q)
    changes = {}
    for pair, step in steps.items():
        judged = _Judged(centred[pair], chances[pair], pair in outstanding, kappa, shift)
        changes[pair] = _figures(step, judged, rules)
    return Trend(changes, kappa, shift, company_change(steps, rules))


@dataclass(frozen=True, slots=True)
class _Judged:
    z_centred: float
    p: float
    outstanding: bool
    kappa: float
    shift: float


def _step(cell: Cell, reference: Reference) -> Step:
    delta = cell.mean - reference.mean
    error = math.sqrt(cell.s2mod * (1.0 / cell.n + reference.c))
    return Step(cell, reference, delta, error, z_of_t(_ratio(delta, error), cell.df))


def _ratio(delta: float, error: float) -> float:
    if error:
        return delta / error
    return math.copysign(math.inf, delta) if delta else 0.0


def _median(values: Sequence[float]) -> float:
    return median(values) if len(values) >= MEDIAN_FROM else 0.0


def jitter(centred: Sequence[float], rules: Settings) -> float:
    """Kappa: how much wider the company's changes are spread than nominal ones; 1 until known."""
    if len(centred) < rules.kappa_min_z:
        return 1.0
    middle = median(centred)
    spread = MAD_TO_SD * median(abs(z - middle) for z in centred)
    guarded = spread * (1.0 + rules.kappa_guard / math.sqrt(len(centred)))
    return min(max(guarded, rules.kappa_lo), rules.kappa_hi)


def _well_founded(step: Step) -> bool:
    """Whether this wave and every wave of the reference carry evidence A or B."""
    before = all(evidence(past.n, past.response) != "C" for past in step.reference.waves)
    return before and step.cell.evidence != "C"


def _figures(step: Step, judged: _Judged, rules: Settings) -> ChangeFigures:
    half = t_quantile((1.0 + rules.level) / 2.0, step.cell.df) * judged.kappa * step.error
    large = abs(step.delta - judged.shift) >= rules.min_change
    alert = judged.outstanding and large and _well_founded(step)
    last = step.reference.waves[-1]
    return ChangeFigures(
        delta=step.delta,
        lo=step.delta - half,
        hi=step.delta + half,
        z=step.z,
        z_centred=judged.z_centred,
        p=judged.p,
        alert=alert,
        direction=_direction(step.delta - judged.shift) if alert else "none",
        composition_changed=abs(step.cell.response - last.response) > MOVED,
        waves=len(step.reference.waves),
    )


def _direction(change: float) -> str:
    return "rose" if change > 0.0 else "fell"


def company_change(steps: Mapping[Pair, Step], rules: Settings) -> CompanyChange | None:
    """The mean change over rating teams, each counting once; None below five of them."""
    by_src: dict[str, list[float]] = {}
    for (src, _), step in steps.items():
        by_src.setdefault(src, []).append(step.delta)
    means = [fmean(deltas) for deltas in by_src.values()]
    teams = len(means)
    if teams < LEAST_TEAMS:
        return None
    delta, error = fmean(means), stdev(means) / math.sqrt(teams)
    half = t_quantile((1.0 + rules.level) / 2.0, teams - 1) * error
    return CompanyChange(
        delta, delta - half, delta + half, p_of(delta, error * error, teams - 1), teams
    )
