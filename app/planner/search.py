"""What a search knows so far: the best plan, the proven bound, the clock, who is listening."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from app.planner.draft import Draft, Layout, polish
from app.planner.highs import Clock, Run
from app.planner.model import Floats, Mask, Model, Numbers, Program
from app.planner.settings import Progress, Settings

OnProgress = Callable[[Progress], None]


class Search:
    """The state of one run of the planner; `best` is None until a valid plan is known."""

    def __init__(self, model: Model, settings: Settings) -> None:
        self.model = model
        self.settings = settings
        self.layout = Layout(model)
        self.began = time.monotonic()
        self.clock = Clock(self.began + settings.time_s, settings.should_stop)
        self.best: list[int] | None = None
        self.score: int | None = None
        self.bound: int | None = None
        self.locked: frozenset[int] = frozenset()
        self.phase = "build"
        self.times: dict[str, float] = {}

    def enter(self, phase: str) -> None:
        """Begin a phase of the search."""
        self.phase = phase
        self._tell()

    def offer(self, draft: Draft) -> bool:
        """Keep the draft if it is better than the best plan so far."""
        score = draft.points()
        if self.score is not None and score <= self.score:
            return False
        self.best, self.score = draft.chosen(), score
        self.times.setdefault("first_plan", self.seconds())
        self._tell()
        if self.settings.on_better is not None:
            fresh = (self.model.stay(column) for column in self.best)
            self.settings.on_better((*self.model.instance.started, *fresh), score)
        return True

    def prove(self, bound: int) -> None:
        """Keep the bound if it is tighter than the one so far."""
        if self.bound is None or bound < self.bound:
            self.bound = bound
            self._tell()

    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self.began

    @property
    def gap(self) -> float | None:
        """How far the bound is above the score, in per cent of the score; None = unknown."""
        if self.score is None or self.bound is None:
            return None
        return 100 * (self.bound - self.score) / max(1, abs(self.score))

    @property
    def is_proven(self) -> bool:
        """Whether no plan can be better."""
        return self.score is not None and self.bound is not None and self.bound <= self.score

    def is_done(self) -> bool:
        """Whether the search may end: proven, near enough, or out of time."""
        gap = self.gap
        near = gap is not None and gap <= self.settings.gap_pct
        return self.is_proven or near or self.clock.is_over()

    def _tell(self) -> None:
        gap = self.gap
        for limit in (1.0, 0.5):
            if gap is not None and gap <= limit:
                self.times.setdefault(f"gap_{limit}", self.seconds())
        if self.is_proven:
            self.times.setdefault("proof", self.seconds())
        if self.settings.on_progress is not None:
            self.settings.on_progress(
                Progress(self.score, self.bound, gap, self.phase, round(self.seconds(), 3))
            )

    def run_with(self, **options: float | str | bool) -> Run:
        """Settings for one run of HiGHS within this search."""
        return Run(self.clock, self.settings.workers, self.settings.seed, dict(options))

    def draft_of(self, columns: Iterable[int]) -> Draft:
        """A draft with those of `columns` that fit one after the other, the locked ones first."""
        draft = Draft(self.layout, sorted(self.locked))
        for column in columns:
            if column not in self.locked and draft.fits(column):
                draft.add(column)
        return draft

    def offer_columns(self, columns: Iterable[int]) -> None:
        """Complete `columns` to a plan, improve it by single moves, and offer it."""
        draft = self.draft_of(columns)
        polish(draft, self.locked)
        self.offer(draft)


@dataclass(frozen=True, slots=True)
class Part:
    """A program of some of the columns; `columns[j]` is the number of its column j in the whole."""

    program: Program
    columns: Numbers

    def point(self, search: Search) -> Floats | None:
        """The best plan so far as a point of this part, None where it does not lie in it."""
        if search.best is None:
            return None
        return np.asarray(point_of(search, search.best)[self.columns], dtype=float)


def part_of(program: Program, stays: Mask) -> Part:
    """The program with these stay columns only; every other column and every row remains."""
    keep = np.concatenate([stays, np.ones(len(program.points) - program.stays, dtype=bool)])
    columns = np.flatnonzero(keep)
    lengths = np.diff(program.begin)
    begin = np.concatenate([[0], np.cumsum(lengths[columns])])
    entries = np.flatnonzero(np.repeat(keep, lengths))
    return Part(
        Program(
            points=program.points[columns],
            upper=program.upper[columns],
            begin=begin,
            row=program.row[entries],
            value=program.value[entries],
            least=program.least,
            most=program.most,
            stays=int(stays.sum()),
            owner=program.owner[stays],
            single=program.single,
            constant=program.constant,
        ),
        columns,
    )


def point_of(search: Search, columns: list[int]) -> Floats:
    """The plan of these stay columns as a point of the whole program, extra columns included."""
    program = search.model.program
    point = np.zeros(len(program.points))
    point[columns] = 1
    extra = np.arange(program.stays, len(program.points))
    if not len(extra):
        return point
    entry_column = np.repeat(np.arange(len(program.points)), np.diff(program.begin))
    used = np.bincount(
        program.row, weights=program.value * point[entry_column], minlength=len(program.most)
    )
    for column in extra:
        entries = slice(program.begin[column], program.begin[column + 1])
        for row, value in zip(program.row[entries], program.value[entries], strict=True):
            missing = program.least[row] - used[row] if value > 0 else used[row] - program.most[row]
            point[column] = max(point[column], missing)
    return point
