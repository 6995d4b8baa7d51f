"""The blocks of a round as calendar days, and what a span of days means for them.

Blocks are numbered from 0 and half-open: block `b` runs from `starts_on(b)` until before
`starts_on(b + 1)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.timespan import ONE_DAY, Days

MONDAY_TO_FRIDAY = "12345"


@dataclass(frozen=True, slots=True)
class Horizon:
    """`blocks` blocks of `block_weeks` weeks each from `first_day` on."""

    first_day: date
    blocks: int
    block_weeks: int

    def starts_on(self, block: int) -> date:
        """The first day of a block; `blocks` gives the first day after the horizon."""
        return self.first_day + timedelta(weeks=block * self.block_weeks)

    @property
    def ends_on(self) -> date:
        """The first day after the last block."""
        return self.starts_on(self.blocks)

    def days_of(self, block: int) -> Days:
        """The days of one block."""
        return Days(self.starts_on(block), self.starts_on(block + 1))

    def begun(self, today: date) -> int:
        """How many blocks have begun by `today`, the day itself included: the planner's `now`."""
        return self._clamped(self._block_of(today) + 1)

    def first_start(self, day: date) -> int:
        """The first block that begins on `day` or later; `blocks` when none does."""
        return self._clamped(self._block_of(day - ONE_DAY) + 1)

    def touched_by(self, starts_on: date, ends_on: date | None) -> range:
        """The blocks that share a day with `[starts_on, ends_on)`; None means without end."""
        if ends_on is not None and ends_on <= starts_on:
            return range(0)
        last = self.blocks - 1 if ends_on is None else self._block_of(ends_on - ONE_DAY)
        return range(max(0, self._block_of(starts_on)), min(self.blocks, last + 1))

    def closed_outside(self, earliest: date | None, latest: date | None) -> set[int]:
        """The blocks that begin before `earliest` or reach to `latest`, the first day back."""
        return {
            block
            for block in range(self.blocks)
            if (earliest is not None and self.starts_on(block) < earliest)
            or (latest is not None and self.starts_on(block + 1) > latest)
        }

    def mostly_away(
        self, absences: Iterable[tuple[date, date]], working_days: str = MONDAY_TO_FRIDAY
    ) -> set[int]:
        """The blocks of whose working days at least half are covered by `absences`.

        `absences` are half-open spans of one person; `working_days` are ISO weekdays, "12345".
        """
        lost: dict[int, set[date]] = {}
        for starts_on, ends_on in absences:
            for block in self.touched_by(starts_on, ends_on):
                span = self.days_of(block)
                inside = Days(max(span.start, starts_on), min(span.end, ends_on))
                lost.setdefault(block, set()).update(
                    day for day in inside if str(day.isoweekday()) in working_days
                )
        at_work = len(set(working_days)) * self.block_weeks
        return {block for block, days in lost.items() if days and 2 * len(days) >= at_work}

    def _block_of(self, day: date) -> int:
        return (day - self.first_day).days // (7 * self.block_weeks)

    def _clamped(self, block: int) -> int:
        return max(0, min(self.blocks, block))
