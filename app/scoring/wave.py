"""One wave from answers to figures, in the order of docs/scoring.md."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.domain.disclosure import Count, Pair, ReleasePlan, release_plan, shown
from app.scoring.cells import Cell, band, measure, pooled_variance
from app.scoring.figures import Asked, Ballots, PairFigures, PastWave, Pooled, WaveScore
from app.scoring.need import USUAL_MEAN, USUAL_SD, need, weight
from app.scoring.pairs import totals, undirected
from app.scoring.quantiles import normal_below
from app.scoring.records import Sums, read_records, sum_up
from app.scoring.settings import Settings
from app.scoring.shrinkage import Common, Estimate, common, shrink
from app.scoring.trend import trend
from app.scoring.watch import watched

STRAINED_BELOW = 50.0
SURE = 0.9


def score(
    wave: str,
    ballots: Ballots,
    asked: tuple[Asked, ...],
    departments: Mapping[str, str],
    history: tuple[PastWave, ...],
    rules: Settings,
) -> WaveScore:
    """Score a wave; `app.scoring.score_wave` describes the arguments."""
    by_pair = _by_pair(asked)
    plan, sums = _planned(ballots, by_pair, departments, rules)
    cells, pooled = _cells(plan, sums, by_pair, rules)
    shared = _common(cells, rules)
    estimates = {pair: shrink(cell.mean, cell.V, shared) for pair, cell in cells.items()}
    comparable = [past for past in history if past.dimensions == rules.dimensions]
    changes = trend(cells, comparable, rules)
    pairs = _pair_figures(cells, estimates, sums, rules, shrunken=shared is not None)
    return WaveScore(
        wave=wave,
        plan=plan,
        dimensions=rules.dimensions,
        settings=rules.as_dict(),
        pooled=Pooled(
            len(cells),
            sums.dim_mean,
            shared.mu if shared else None,
            pooled,
            shared.tau2 if shared else None,
        ),
        pairs=pairs,
        undirected=undirected(cells, estimates, rules),
        totals=totals(plan, cells, rules),
        changes=changes.changes,
        has_history=bool(comparable),
        kappa=changes.kappa,
        company_median_change=changes.median,
        company_change=changes.company,
        watch=watched(cells, comparable, changes.kappa, rules),
        weights=_weights(by_pair, pairs, shared, rules),
    )


def _by_pair(asked: tuple[Asked, ...]) -> dict[Pair, Asked]:
    by_pair = {one.pair: one for one in asked}
    if len(by_pair) < len(asked):
        raise ValueError("a pair is asked twice")
    if any(one.src == one.tgt for one in asked):
        raise ValueError("a team does not rate itself")
    if any(min(one.eligible, one.no_contact, one.tgt_members) < 0 for one in asked):
        raise ValueError("a count is negative")
    return by_pair


def _planned(
    ballots: Ballots,
    by_pair: Mapping[Pair, Asked],
    departments: Mapping[str, str],
    rules: Settings,
) -> tuple[ReleasePlan, Sums]:
    """The release plan from counts, and the sums over the pairs it publishes."""
    number = {pair: place for place, pair in enumerate(ballots.pairs)}
    if len(number) < len(ballots.pairs):
        raise ValueError("a pair stands twice in the ballots")
    records = read_records(ballots, rules)
    per_pair = np.bincount(records.pair_of[records.counts], minlength=len(number))
    if not number.keys() <= by_pair.keys():
        raise ValueError("a ballot is about a pair that was not asked")
    came = dict(zip(number, per_pair.tolist(), strict=True))
    counts = [
        Count(*pair, n=came.get(pair, 0), tgt_members=own.tgt_members)
        for pair, own in by_pair.items()
    ]
    plan = release_plan(counts, departments, rules.limits)
    return plan, sum_up(records, [number[pair] for pair in plan.published])


def _cells(
    plan: ReleasePlan, sums: Sums, by_pair: Mapping[Pair, Asked], rules: Settings
) -> tuple[dict[Pair, Cell], float | None]:
    """The cells of the published pairs in the plan's order, and their pooled variance."""
    if not plan.published:
        return {}, None
    ns, variances = [int(n) for n in sums.n], [float(own) for own in sums.variance]
    pooled = pooled_variance(ns, variances)
    own = zip(ns, (float(mean) for mean in sums.mean), variances, strict=True)
    return {
        pair: measure(by_pair[pair], triple, pooled, rules)
        for pair, triple in zip(plan.published, own, strict=True)
    }, pooled


def _common(cells: Mapping[Pair, Cell], rules: Settings) -> Common | None:
    if len(cells) < rules.min_cells:
        return None
    means = [cell.mean for cell in cells.values()]
    return common(means, [cell.V for cell in cells.values()], rules.tau_floor)


def _pair_figures(
    cells: Mapping[Pair, Cell],
    estimates: Mapping[Pair, Estimate],
    sums: Sums,
    rules: Settings,
    *,
    shrunken: bool,
) -> dict[Pair, PairFigures]:
    found = {}
    by_pair = sums.dims.T.tolist()
    for place, (pair, cell) in enumerate(cells.items()):
        dims = dict(zip(rules.dimensions, by_pair[place], strict=True))
        found[pair] = _figures(cell, estimates[pair], dims, rules, shrunken=shrunken)
    return found


def _figures(
    cell: Cell, estimate: Estimate, dims: dict[str, float], rules: Settings, *, shrunken: bool
) -> PairFigures:
    lo, hi = cell.interval
    lo_nr, hi_nr = cell.outer(rules.delta_nonresp)
    evidence = cell.evidence
    return PairFigures(
        n=cell.n,
        N=cell.having_contact,
        returned=cell.returned,
        eligible=cell.asked.eligible,
        mean=cell.mean,
        sd=cell.variance**0.5,
        s2mod=cell.s2mod,
        df=cell.df,
        V=cell.V,
        lo=lo,
        hi=hi,
        lo_nr=lo_nr,
        hi_nr=hi_nr,
        score=estimate.value,
        B=estimate.shrunken,
        post_var=estimate.variance,
        need=need(estimate.value, estimate.variance, cell.asked.importance, rules.target),
        band=band(lo, hi),
        evidence=evidence,
        low_level=shrunken and evidence != "C" and _surely_strained(estimate),
        dims=dims,
        display=shown(cell.mean, lo, hi, cell.n).as_list(),
    )


def _surely_strained(estimate: Estimate) -> bool:
    """Whether the true mean is below 50 with a probability of 0.9 at least."""
    if estimate.variance == 0.0:
        return estimate.value < STRAINED_BELOW
    return normal_below((STRAINED_BELOW - estimate.value) / estimate.variance**0.5) >= SURE


def _weights(
    by_pair: Mapping[Pair, Asked],
    pairs: Mapping[Pair, PairFigures],
    shared: Common | None,
    rules: Settings,
) -> dict[Pair, float]:
    """The weight of every asked pair; pairs without a figure of their own get the prior's."""
    mu, tau2 = (shared.mu, shared.tau2) if shared else (USUAL_MEAN, USUAL_SD**2)
    usual = need(mu, tau2, 1.0, rules.target)
    return {
        pair: weight(pairs[pair].need if pair in pairs else usual * asked.importance)
        for pair, asked in sorted(by_pair.items())
    }
