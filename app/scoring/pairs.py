"""Figures of more than one published pair: both directions together, and totals of groups."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.domain.disclosure import Pair, ReleasePlan, pair_name, shown
from app.scoring.cells import Cell, cut
from app.scoring.figures import TotalFigures, UndirectedFigures
from app.scoring.multiple import marked
from app.scoring.quantiles import t_two_sided
from app.scoring.settings import Settings
from app.scoring.shrinkage import Estimate
from app.scoring.side_by_side import t_quantiles


def undirected(
    cells: Mapping[Pair, Cell], estimates: Mapping[Pair, Estimate], rules: Settings
) -> dict[Pair, UndirectedFigures]:
    """Every pair of which both directions are published, under its names in order.

    The gap between both views is marked where it stands out among all gaps of the wave.
    """
    both = [pair for pair in sorted(cells) if pair[0] < pair[1] and pair[::-1] in cells]
    views = {pair: (cells[pair], cells[pair[::-1]]) for pair in both}
    dfs = {pair: _df_of_both(*own) for pair, own in views.items()}
    ts = t_quantiles((1.0 + rules.level) / 2.0, dfs.values())
    chances = {pair: _gap_p(*own, dfs[pair]) for pair, own in views.items()}
    standing_out = marked(chances, rules.q)
    return {
        pair: _undirected(
            views[pair],
            (estimates[pair], estimates[pair[::-1]]),
            (chances[pair], pair in standing_out),
            ts[dfs[pair]],
        )
        for pair in both
    }


def satterthwaite(variances: Sequence[float], dfs: Sequence[float]) -> float:
    """The degrees of freedom of a sum of independent variance estimates."""
    below = math.fsum(variance * variance / df for variance, df in zip(variances, dfs, strict=True))
    return math.fsum(variances) ** 2 / below if below else min(dfs)


def p_of(difference: float, variance: float, df: float) -> float:
    """The two-sided probability of a difference so large where there is none."""
    if variance > 0.0:
        return t_two_sided(difference / math.sqrt(variance), df)
    return 0.0 if difference else 1.0


def _df_of_both(one: Cell, other: Cell) -> float:
    return satterthwaite((one.V, other.V), (one.df, other.df))


def _gap_p(one: Cell, other: Cell, df: float) -> float:
    return p_of(one.mean - other.mean, one.V + other.V, df)


def _undirected(
    cells: tuple[Cell, Cell],
    estimates: tuple[Estimate, Estimate],
    gap: tuple[float, bool],
    t: float,
) -> UndirectedFigures:
    one, other = cells
    error = math.sqrt(one.V + other.V)
    mean, asymmetry = (one.mean + other.mean) / 2.0, one.mean - other.mean
    lo, hi = cut(mean - t * error / 2.0, mean + t * error / 2.0)
    weaker = min(estimates[0].value, estimates[1].value)
    return UndirectedFigures(
        mean=mean,
        lo=lo,
        hi=hi,
        score=(estimates[0].value + estimates[1].value) / 2.0,
        weaker=weaker,
        weaker_direction=pair_name(one.pair if weaker == estimates[0].value else other.pair),
        asymmetry=asymmetry,
        asym_lo=asymmetry - t * error,
        asym_hi=asymmetry + t * error,
        asym_p=gap[0],
        asym_marked=gap[1],
        display=shown(mean, lo, hi, min(one.n, other.n)).as_list(),
    )


def totals(
    plan: ReleasePlan, cells: Mapping[Pair, Cell], rules: Settings
) -> dict[str, TotalFigures]:
    """The published groups beside the pairs themselves: plain means of their published pairs."""
    pairs_of = [{atom.pair for atom in block} & cells.keys() for block in plan.blocks]
    groups = {}
    for group in plan.groups:
        if group.name.startswith("pair|"):
            continue
        inside = set[Pair]().union(*(pairs_of[block] for block in group.blocks))
        if inside:
            groups[group.name] = [cells[pair] for pair in sorted(inside)]
    return totals_of(groups, rules)


def totals_of(groups: Mapping[str, Sequence[Cell]], rules: Settings) -> dict[str, TotalFigures]:
    """The plain mean of the cells of each group, at least one."""
    errors = {name: _error(cells) for name, cells in groups.items()}
    ts = t_quantiles((1.0 + rules.level) / 2.0, (error.df for error in errors.values()))
    return {
        name: _total(cells, ts[errors[name].df] * math.sqrt(errors[name].variance))
        for name, cells in groups.items()
    }


class _Error(NamedTuple):
    """How far the mean of a group may be off, and how many degrees of freedom say so."""

    variance: float
    df: float


def _error(cells: Sequence[Cell]) -> _Error:
    """The error of the plain mean of `cells`.

    The same people of a rating team stand behind all of its cells and cannot be joined, so errors
    add up inside a rating team as if they were one; those of different rating teams are
    independent.
    """
    by_src = _by_src(cells)
    variances = [(_summed_errors(own) / len(cells)) ** 2 for own in by_src]
    df = satterthwaite(variances, [min(cell.df for cell in own) for own in by_src])
    return _Error(math.fsum(variances), df)


def _total(cells: Sequence[Cell], half: float) -> TotalFigures:
    """The mean of `cells`, `half` the width of its interval."""
    m = len(cells)
    mean = math.fsum(cell.mean for cell in cells) / m
    persons = sum(max(cell.n for cell in own) for own in _by_src(cells))
    lo, hi = cut(mean - half, mean + half)
    return TotalFigures(m, persons, mean, lo, hi, shown(mean, lo, hi, persons).as_list())


def _by_src(cells: Iterable[Cell]) -> Collection[list[Cell]]:
    by_src: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_src[cell.pair[0]].append(cell)
    return by_src.values()


def _summed_errors(cells: Iterable[Cell]) -> float:
    return math.fsum(math.sqrt(cell.V) for cell in cells)
