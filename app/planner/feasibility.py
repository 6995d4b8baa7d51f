"""Small yes-or-no questions: whether these stays can meet these demands and limits."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np

from app.planner import highs
from app.planner.columns import stays_overlap
from app.planner.instance import Instance, Stay
from app.planner.model import FREE, Program, Rows
from app.planner.reading import Ident

LONGEST_S = 60.0


class Trial:
    """A set of possible stays with rows on them; `gap` blocks between two stays of one person."""

    def __init__(self, instance: Instance, stays: list[Stay], begun: list[Stay], gap: int) -> None:
        clashing = {
            stay
            for stay in stays
            for other in begun
            if other.employee == stay.employee and stays_overlap(instance, stay, other, gap)
        }
        self.stays = [stay for stay in stays if stay not in clashing]
        self.number = {stay: at for at, stay in enumerate(self.stays)}
        self.rows = Rows()
        self.is_ruled_out = False
        of_person: dict[Ident, list[Stay]] = defaultdict(list)
        for stay in self.stays:
            of_person[stay.employee].append(stay)
        for mine in of_person.values():
            for one, other in combinations(mine, 2):
                if stays_overlap(instance, one, other, gap):
                    self.rows.one([self.number[one], self.number[other]], -FREE, 1, None)

    def require(self, stays: set[Stay], least: int) -> None:
        """At least so many of these stays."""
        columns = sorted(self.number[stay] for stay in stays if stay in self.number)
        if least > len(columns):
            self.is_ruled_out = True
        elif least > 0:
            self.rows.one(columns, least, FREE, None)

    def limit(self, stays: Iterable[Stay], most: int) -> None:
        """At most so many of these stays."""
        columns = sorted(self.number[stay] for stay in stays if stay in self.number)
        if columns and most < len(columns):
            self.rows.one(columns, -FREE, max(0, most), None)

    def limit_where(self, concerns: Callable[[Stay], bool], most: int) -> None:
        """At most so many of the stays that this is true for."""
        self.limit([stay for stay in self.stays if concerns(stay)], most)

    def is_possible(self) -> bool:
        """Whether some of the stays fulfil every row."""
        if self.is_ruled_out:
            return False
        if not self.rows.count:
            return True
        clock = highs.Clock(time.monotonic() + LONGEST_S, lambda: False)
        outcome = highs.solve(self._program(), highs.Run(clock, 1, 0), whole=True)
        if not outcome.proven and not outcome.infeasible:
            raise TimeoutError
        return outcome.proven

    def _program(self) -> Program:
        count = len(self.stays)
        begin, row, value = self.rows.by_column(count)
        nothing = np.zeros(count, dtype=np.int64)
        return Program(
            points=nothing,
            upper=nothing + 1,
            begin=begin,
            row=row,
            value=value,
            least=np.concatenate(self.rows.least),
            most=np.concatenate(self.rows.most),
            stays=count,
            owner=nothing,
            single=np.array([-1]),
            constant=0,
        )
