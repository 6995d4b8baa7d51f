"""The linear relaxation: a true bound, and which stays a good plan is made of."""

from dataclasses import dataclass

import numpy as np

from app.planner import highs
from app.planner.bounds import price
from app.planner.model import Floats
from app.planner.search import Search

MOST_FOR_SIMPLEX = 120_000


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Per stay column its share in the linear optimum and its reduced points."""

    share: Floats
    reduced: Floats


def relax(search: Search) -> Relaxed | None:
    """Solve the whole linear program and prove its bound; None where time ran out first."""
    program = search.model.program
    outcome = highs.solve(program, search.run_with(**_method(program.stays)), whole=False)
    if outcome.duals is None or outcome.x is None:
        return None
    priced = price(program, outcome.duals)
    search.prove(priced.bound)
    return Relaxed(outcome.x[: program.stays], priced.reduced[: program.stays])


def _method(stays: int) -> dict[str, str]:
    """Simplex for the smaller programs, the interior point method for the largest.

    The latter stops before its slow last mile to a corner of the polyhedron.
    """
    if stays <= MOST_FOR_SIMPLEX:
        return {"solver": "simplex"}
    return {"solver": "ipm", "run_crossover": "off"}


def by_share(relaxed: Relaxed) -> list[int]:
    """Stay columns in the order of their share, then of their reduced points."""
    order = np.lexsort((-relaxed.reduced, -np.round(relaxed.share, 6)))
    return [int(column) for column in order]
