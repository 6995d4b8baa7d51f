"""The planning question as an integer program, held in flat arrays.

Columns 0..stays-1 are possible stays (yes or no); after them come one column per person with
more than one stay to give (how many beyond the first) and one per pair of teams (stays that are
missing to the target). Rows that cannot bind are left out, equal rows stand once.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.planner.cells import Cells
from app.planner.columns import Columns, Rules, build_columns, pair_counts
from app.planner.instance import Instance, Stay
from app.planner.reading import Ident

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FREE = 1 << 40  # a row limit that limits nothing


@dataclass(frozen=True, slots=True)
class Program:
    """maximise `points` x + constant, `least` <= A x <= `most`, 0 <= x <= `upper`, x whole.

    A is stored by column: the entries of column j are `row[begin[j]:begin[j + 1]]`, with `value`.
    `owner[j]` numbers the person of a stay column; `single` lists rows "at most one stay of this
    person", by person (-1 where the person may have more).
    """

    points: Numbers
    upper: Numbers
    begin: Numbers
    row: Numbers
    value: Numbers
    least: Numbers
    most: Numbers
    stays: int
    owner: Numbers
    single: Numbers
    constant: int

    @property
    def step(self) -> int:
        """Every score differs from `constant` by a multiple of this."""
        return max(1, int(np.gcd.reduce(self.points))) if len(self.points) else 1


@dataclass(frozen=True, slots=True)
class Model:
    """An instance with its columns, its cells and its program.

    `impossible` says in words why there can be no plan, where that shows without a search.
    """

    instance: Instance
    rules: Rules
    columns: Columns
    cells: Cells
    program: Program
    impossible: str | None

    def stay(self, column: int) -> Stay:
        """The stay that a column stands for."""
        columns, instance = self.columns, self.instance
        return Stay(
            instance.employees[columns.person[column]].id,
            instance.placements[columns.placement[column]].id,
            columns.start[column],
        )


class Rows:
    """Collects rows as lists of columns and writes them as one matrix by column."""

    def __init__(self) -> None:
        self.least: list[Numbers] = []
        self.most: list[Numbers] = []
        self.row: list[Numbers] = []
        self.column: list[Numbers] = []
        self.value: list[Numbers] = []
        self.count = 0

    def block(self, row: Numbers, column: Numbers, limits: tuple[Numbers, Numbers]) -> None:
        """Add many rows at once; `row` counts from 0 within the block."""
        self.row.append(row + self.count)
        self.column.append(column)
        self.value.append(np.ones(len(row), dtype=np.int64))
        self.least.append(limits[0])
        self.most.append(limits[1])
        self.count += len(limits[0])

    def one(self, columns: list[int], least: int, most: int, extra: tuple[int, int] | None) -> None:
        """Add one row; `extra` is (column, value) of a column that is no stay."""
        entries = [*columns, extra[0]] if extra else columns
        column = np.array(entries, dtype=np.int64)
        self.block(
            np.zeros(len(entries), dtype=np.int64), column, (_array([least]), _array([most]))
        )
        if extra:
            self.value[-1][-1] = extra[1]

    def by_column(self, columns: int) -> tuple[Numbers, Numbers, Numbers]:
        row, column = np.concatenate(self.row), np.concatenate(self.column)
        order = np.lexsort((row, column))
        begin = np.zeros(columns + 1, dtype=np.int64)
        np.cumsum(np.bincount(column, minlength=columns), out=begin[1:])
        return begin, row[order], np.concatenate(self.value)[order]


def _array(values: Any) -> Numbers:
    return np.asarray(values, dtype=np.int64)


def build_model(instance: Instance, *, max_changes: int | None = None) -> Model:
    """Build the program of an instance; `max_changes` limits the published stays that may go."""
    rules = Rules(instance)
    columns = build_columns(instance, rules)
    cells = Cells(instance)
    builder = _Builder(instance, columns, cells)
    program = builder.program(max_changes)
    return Model(instance, rules, columns, cells, program, builder.impossible)


class _Builder:
    def __init__(self, instance: Instance, columns: Columns, cells: Cells) -> None:
        self.instance, self.columns, self.cells = instance, columns, cells
        self.stays = len(columns)
        self.person = _array(columns.person)
        self.placement = _array(columns.placement)
        self.start = _array(columns.start)
        durations = _array([min(place.duration, instance.blocks) for place in instance.placements])
        self.duration = durations[self.placement] if self.stays else _array([])
        self.rows = Rows()
        self.points = list(columns.points)
        self.upper = [1] * self.stays
        self.constant = columns.constant
        self.impossible: str | None = None
        self.started_stays: dict[Ident, int] = defaultdict(int)
        for stay in instance.started:
            self.started_stays[stay.employee] += 1

    def program(self, max_changes: int | None) -> Program:
        self._cell_rows()
        single = self._person_rows()
        self._pair_rows()
        self._pin_rows()
        self._change_row(max_changes)
        begin, row, value = self.rows.by_column(len(self.points))
        return Program(
            points=_array(self.points),
            upper=_array(self.upper),
            begin=begin,
            row=row,
            value=value,
            least=np.concatenate(self.rows.least),
            most=np.concatenate(self.rows.most),
            stays=self.stays,
            owner=self.person,
            single=single,
            constant=self.constant,
        )

    def _cell_rows(self) -> None:
        """One row per cell that more people could enter than it takes."""
        column, cell = self._entries()
        free = np.maximum(_array(self.cells.free), 0)
        people = len(self.instance.employees)
        visits = np.sort(cell * people + self.person[column])
        once = np.diff(visits, prepend=-1) > 0
        crowded = np.bincount(visits[once] // people, minlength=len(free)) > free
        chosen = _one_of_equals(np.flatnonzero(crowded), (column, cell), free)
        number = np.full(len(free), -1, dtype=np.int64)
        number[chosen] = np.arange(len(chosen))
        used = number[cell] >= 0
        self.rows.block(
            number[cell][used], column[used], (np.full(len(chosen), -FREE), free[chosen])
        )

    def _entries(self) -> tuple[Numbers, Numbers]:
        """(column, cell) for every cell that every stay takes."""
        cells, blocks = self.cells, self.instance.blocks
        host = _array([cells.team_index[place.host] for place in self.instance.placements])
        home = _array([cells.team_index[person.team] for person in self.instance.employees])
        column = np.repeat(np.arange(self.stays), self.duration)
        within = np.arange(len(column)) - np.repeat(
            np.cumsum(self.duration) - self.duration, self.duration
        )
        block = self.start[column] + within
        place = self.placement[column]
        return np.tile(column, 3), np.concatenate(
            [
                place * blocks + block,
                cells.guests_from + host[place] * blocks + block,
                cells.away_from + home[self.person[column]] * blocks + block,
            ]
        )

    def _person_rows(self) -> Numbers:
        """At most so many stays per person, and none of them at the same time."""
        people = len(self.instance.employees)
        left = _array(
            [
                person.max_rotations - self.started_stays[person.id]
                for person in self.instance.employees
            ]
        )
        once = np.unique(self.person[left[self.person] == 1])
        single = np.full(people, -1, dtype=np.int64)
        single[once] = self.rows.count + np.arange(len(once))
        mine = np.flatnonzero(left[self.person] == 1)
        ones = np.ones(len(once), dtype=np.int64)
        self.rows.block(single[self.person[mine]] - self.rows.count, mine, (ones - 1 - FREE, ones))
        for who in np.unique(self.person[left[self.person] > 1]):
            self._rows_of_many(np.flatnonzero(self.person == who).tolist(), int(left[who]))
        return single

    def _rows_of_many(self, columns: list[int], most: int) -> None:
        """The rows of a person who may have several stays."""
        groups: dict[frozenset[int], None] = {}
        places = defaultdict(list)
        busy = defaultdict(list)
        for column in columns:
            places[self.columns.placement[column]].append(column)
            end = self.columns.start[column] + int(self.duration[column]) + self.instance.min_gap
            for block in range(self.columns.start[column], min(end, self.instance.blocks)):
                busy[block].append(column)
        for together in (*busy.values(), *places.values()):
            groups[frozenset(together)] = None
        for group in groups:
            if len(group) > 1 and not any(group < other for other in groups):
                self.rows.one(sorted(group), -FREE, 1, None)
        most = min(most, len(places))
        if most > 1:
            self.rows.one(columns, -FREE, most, None)
            self._extra(-self.instance.objective.second_cost, most - 1)
            self.rows.one(columns, -FREE, 1, (len(self.points) - 1, -1))

    def _extra(self, points: int, upper: int) -> None:
        self.points.append(points)
        self.upper.append(upper)

    def _pair_rows(self) -> None:
        if not self.instance.pairs:
            return
        stays: dict[tuple[Ident, Ident], list[int]] = defaultdict(list)
        teams = [person.team for person in self.instance.employees]
        hosts = [place.host for place in self.instance.placements]
        for column in range(self.stays):
            at = teams[self.columns.person[column]], hosts[self.columns.placement[column]]
            stays[at].append(column)
        begun = pair_counts(self.instance, self.instance.started)
        for pair in self.instance.pairs:
            key = pair.home, pair.host
            self._target_row(pair.need, pair.target - begun[key], stays[key])
            least = (pair.hard_min or 0) - begun[key]
            most = FREE if pair.hard_max is None else max(0, pair.hard_max - begun[key])
            if least > len(stays[key]):
                self.impossible = f"too few stays from {key[0]} to {key[1]} are possible at all"
            elif least > 0 or most < len(stays[key]):
                self.rows.one(stays[key], max(least, -FREE), most, None)

    def _target_row(self, need: int, missing: int, stays: list[int]) -> None:
        cost = self.instance.objective.pair_cost * need
        if cost == 0 or missing <= 0:
            return
        reachable = min(missing, len(stays))
        self.constant -= cost * (missing - reachable)
        if reachable:
            self._extra(-cost, reachable)
            self.rows.one(stays, reachable, FREE, (len(self.points) - 1, 1))

    def _pin_rows(self) -> None:
        if not self.instance.pins:
            return
        begun = {(stay.employee, stay.placement): stay.start for stay in self.instance.started}
        at: dict[tuple[Ident, Ident], list[int]] = defaultdict(list)
        for column in range(self.stays):
            person = self.instance.employees[self.columns.person[column]].id
            at[person, self.instance.placements[self.columns.placement[column]].id].append(column)
        for pin in self.instance.pins:
            key = pin.employee, pin.placement
            if key in begun and pin.start in (None, begun[key]):
                continue
            fitting = [j for j in at[key] if pin.start in (None, self.columns.start[j])]
            if not fitting:
                self.impossible = f"no stay of {key[0]} at {key[1]} is possible as pinned"
            else:
                self.rows.one(fitting, 1, 1, None)

    def _change_row(self, max_changes: int | None) -> None:
        if max_changes is None:
            return
        kept = [column for column, is_kept in enumerate(self.columns.kept) if is_kept]
        least = len(self.instance.to_come) - max_changes
        if least > len(kept):
            self.impossible = f"{len(self.instance.to_come) - len(kept)} changes cannot be avoided"
        elif least > 0:
            self.rows.one(kept, least, FREE, None)


def _one_of_equals(rows: Numbers, entries: tuple[Numbers, Numbers], limit: Numbers) -> Numbers:
    """Of rows with the same columns the tightest one; equality is judged by a 64-bit mark."""
    column, cell = entries
    marks = np.random.default_rng(1).integers(1, 1 << 63, size=column.max(initial=0) + 1)
    sums = np.zeros(len(limit), dtype=np.int64)
    np.add.at(sums, cell, marks[column])
    order = rows[np.lexsort((limit[rows], sums[rows]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = sums[order][1:] != sums[order][:-1]
    return np.sort(order[first])
