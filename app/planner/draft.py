"""A plan being built: which columns are taken, what still fits, what a column would gain."""

from collections import defaultdict
from collections.abc import Iterable

from app.planner.columns import pair_counts
from app.planner.model import Model
from app.planner.reading import Ident

Span = tuple[int, int]


class Layout:
    """What every draft of one model needs to know of its columns, worked out once."""

    def __init__(self, model: Model) -> None:
        instance, cells = model.instance, model.cells
        self.model = model
        self.columns = model.columns
        self.spans = [self._spans(column) for column in range(len(model.columns))]
        self.of_person: dict[int, list[int]] = defaultdict(list)
        for column, person in enumerate(model.columns.person):
            self.of_person[person].append(column)
        self.free = [max(0, free) for free in cells.free]
        begun: dict[Ident, int] = defaultdict(int)
        for stay in instance.started:
            begun[stay.employee] += 1
        self.left = [person.max_rotations - begun[person.id] for person in instance.employees]
        self._pairs()

    def _spans(self, column: int) -> tuple[Span, Span, Span]:
        """The cells of a column as three runs of numbers."""
        instance, cells, columns = self.model.instance, self.model.cells, self.columns
        place = instance.placements[columns.placement[column]]
        person = instance.employees[columns.person[column]]
        start = columns.start[column]
        firsts = (
            columns.placement[column] * cells.blocks,
            cells.guests_from + cells.team_index[place.host] * cells.blocks,
            cells.away_from + cells.team_index[person.team] * cells.blocks,
        )
        a, b, c = (first + start for first in firsts)
        length = place.duration
        return (a, a + length), (b, b + length), (c, c + length)

    def _pairs(self) -> None:
        """Pairs with a target or a limit: worth of the next stay, stays missing, stays allowed."""
        instance, columns = self.model.instance, self.columns
        begun = pair_counts(instance, instance.started)
        number: dict[tuple[Ident, Ident], int] = {}
        self.pair_worth: list[int] = []
        self.pair_missing: list[int] = []
        self.pair_room: list[int] = []
        for pair in instance.pairs:
            key = pair.home, pair.host
            number[key] = len(self.pair_worth)
            self.pair_worth.append(instance.objective.pair_cost * pair.need)
            self.pair_missing.append(pair.target - begun[key])
            room = len(columns) if pair.hard_max is None else max(0, pair.hard_max - begun[key])
            self.pair_room.append(room)
        teams = [person.team for person in instance.employees]
        hosts = [place.host for place in instance.placements]
        self.pair = [
            number.get((teams[person], hosts[place]), -1)
            for person, place in zip(columns.person, columns.placement, strict=True)
        ]


class Draft:
    """Taken columns and what they leave free."""

    def __init__(self, layout: Layout, taken: Iterable[int] = ()) -> None:
        self.layout = layout
        self.free = list(layout.free)
        self.taken: dict[int, list[int]] = defaultdict(list)
        self.pair_missing = list(layout.pair_missing)
        self.pair_room = list(layout.pair_room)
        for column in taken:
            self.add(column)

    def fits(self, column: int) -> bool:
        """Whether the column can be added as things stand."""
        layout, free = self.layout, self.free
        for first, last in layout.spans[column]:
            if 0 in free[first:last]:
                return False
        pair = layout.pair[column]
        if pair >= 0 and self.pair_room[pair] <= 0:
            return False
        return self.is_free_for(column)

    def is_free_for(self, column: int) -> bool:
        """Whether the person has a stay left and no other one then or there."""
        layout = self.layout
        person = layout.columns.person[column]
        mine = self.taken.get(person)
        if not mine:
            return layout.left[person] > 0
        if layout.left[person] <= len(mine):
            return False
        return not any(self._clash(column, other) for other in mine)

    def _clash(self, one: int, other: int) -> bool:
        columns, gap = self.layout.columns, self.layout.model.instance.min_gap
        if columns.placement[one] == columns.placement[other]:
            return True
        (first, _), (second, _) = sorted(
            ((one, columns.start[one]), (other, columns.start[other])), key=lambda pair: pair[1]
        )
        begin, end = self.layout.spans[first][0]
        return columns.start[second] < columns.start[first] + (end - begin) + gap

    def gain(self, column: int) -> int:
        """What the points would grow by with this column on top."""
        layout = self.layout
        gain = layout.columns.points[column]
        if self.taken.get(layout.columns.person[column]):
            gain -= layout.model.instance.objective.second_cost
        pair = layout.pair[column]
        if pair >= 0 and self.pair_missing[pair] > 0:
            gain += layout.pair_worth[pair]
        return gain

    def add(self, column: int) -> None:
        """Take the column."""
        self._book(column, -1)
        self.taken[self.layout.columns.person[column]].append(column)

    def remove(self, column: int) -> None:
        """Give the column back."""
        self._book(column, 1)
        self.taken[self.layout.columns.person[column]].remove(column)

    def _book(self, column: int, by: int) -> None:
        for first, last in self.layout.spans[column]:
            for cell in range(first, last):
                self.free[cell] += by
        pair = self.layout.pair[column]
        if pair >= 0:
            self.pair_missing[pair] += by
            self.pair_room[pair] += by

    def chosen(self) -> list[int]:
        """The columns taken, in order."""
        return sorted(column for mine in self.taken.values() for column in mine)

    def points(self) -> int:
        """The score of the draft, started stays and lost published stays included."""
        layout = self.layout
        weights = layout.model.instance.objective
        total = layout.columns.constant
        for mine in self.taken.values():
            total += sum(layout.columns.points[column] for column in mine)
            total -= weights.second_cost * max(0, len(mine) - 1)
        for worth, missing in zip(layout.pair_worth, self.pair_missing, strict=True):
            total -= worth * max(0, missing)
        return total


def fill(draft: Draft, order: Iterable[int]) -> None:
    """Take every column of `order` that fits and does not lose points."""
    for column in order:
        if draft.fits(column) and draft.gain(column) >= 0:
            draft.add(column)


def by_points(layout: Layout) -> list[int]:
    """The columns with the most points first: everybody's best wish as early as possible."""
    points = layout.columns.points
    return sorted(range(len(points)), key=lambda column: (-points[column], column))


def polish(draft: Draft, locked: frozenset[int] = frozenset(), rounds: int = 5) -> None:
    """Let everybody move to a better free stay and place whom something free fits, until stable.

    `locked` columns stay: pins and what hard minimums need.
    """
    for _ in range(rounds):
        moved = [_improve(draft, person, locked) for person in draft.layout.of_person]
        if not any(moved):
            return


def _improve(draft: Draft, person: int, locked: frozenset[int]) -> bool:
    columns = draft.layout.of_person[person]
    changed = False
    for old in [column for column in draft.taken.get(person, ()) if column not in locked]:
        draft.remove(old)
        free = [column for column in columns if draft.fits(column)]
        best = max(free, key=lambda column: (draft.gain(column), column == old, -column))
        draft.add(best)
        changed |= best != old
    for column in sorted(columns, key=lambda column: -draft.gain(column)):
        if draft.gain(column) >= 0 and draft.fits(column):
            draft.add(column)
            changed = True
    return changed
