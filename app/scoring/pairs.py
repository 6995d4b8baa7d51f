"""Figures of more than one published pair: both directions together, and totals of groups."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.domain.disclosure import Pair, ReleasePlan, pair_name, shown
from app.scoring.cells import Cell, cut
from app.scoring.figures import TotalFigures, UndirectedFigures
from app.scoring.multiple import marked
from app.scoring.quantiles import t_quantile, t_two_sided
from app.scoring.settings import Settings
from app.scoring.shrinkage import Estimate


def undirected(
    cells: Mapping[Pair, Cell], estimates: Mapping[Pair, Estimate], rules: Settings
) -> dict[Pair, UndirectedFigures]:
    """Every pair of which both directions are published, under its names in order.

    The gap between both views is marked where it stands out among all gaps of the wave.
    """
    both = [pair for pair in sorted(cells) if pair[0] < pair[1] and pair[::-1] in cells]
    chances = {pair: _gap_p(cells[pair], cells[pair[::-1]]) for pair in both}
    standing_out = marked(chances, rules.q)
    return {
        pair: _undirected(
            (cells[pair], cells[pair[::-1]]),
            (estimates[pair], estimates[pair[::-1]]),
            (chances[pair], pair in standing_out),
            rules,
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


def _gap_p(one: Cell, other: Cell) -> float:
    df = satterthwaite((one.V, other.V), (one.df, other.df))
    return p_of(one.mean - other.mean, one.V + other.V, df)


def _undirected(
    cells: tuple[Cell, Cell],
    estimates: tuple[Estimate, Estimate],
    gap: tuple[float, bool],
    rules: Settings,
) -> UndirectedFigures:
    one, other = cells
    t = t_quantile((1.0 + rules.level) / 2.0, satterthwaite((one.V, other.V), (one.df, other.df)))
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
    found = {}
    pairs_of = [{atom.pair for atom in block} & cells.keys() for block in plan.blocks]
    for group in plan.groups:
        if group.name.startswith("pair|"):
            continue
        inside = set[Pair]().union(*(pairs_of[block] for block in group.blocks))
        if inside:
            found[group.name] = total([cells[pair] for pair in sorted(inside)], rules)
    return found


def total(cells: Sequence[Cell], rules: Settings) -> TotalFigures:
    """The plain mean of `cells`, at least one.

    The same people of a rating team stand behind all of its cells and cannot be joined, so errors
    add up inside a rating team as if they were one; those of different rating teams are
    independent.
    """
    by_src: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_src[cell.pair[0]].append(cell)
    m = len(cells)
    variances = [(_summed_errors(own) / m) ** 2 for own in by_src.values()]
    df = satterthwaite(variances, [min(cell.df for cell in own) for own in by_src.values()])
    mean = math.fsum(cell.mean for cell in cells) / m
    half = t_quantile((1.0 + rules.level) / 2.0, df) * math.sqrt(math.fsum(variances))
    persons = sum(max(cell.n for cell in own) for own in by_src.values())
    lo, hi = cut(mean - half, mean + half)
    return TotalFigures(m, persons, mean, lo, hi, shown(mean, lo, hi, persons).as_list())


def _summed_errors(cells: Iterable[Cell]) -> float:
    return math.fsum(math.sqrt(cell.V) for cell in cells)
