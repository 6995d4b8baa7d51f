"""Half-open spans `[start, end)` of instants and of days, and the wall clock behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.refusals import N_, Invalid

ONE_DAY = timedelta(days=1)


class EndsBeforeItStarts(Invalid):
    """A span must have a length."""

    msgid = N_("The end must come after the start.")


class SkippedHour(Invalid):
    """The clocks jump over this time."""

    msgid = N_("This time does not exist: the clocks are put forward in that hour.")


class RepeatedHour(Invalid):
    """The clocks show this time twice."""

    msgid = N_(
        "This time comes twice in that night, because the clocks are put back. "
        "Please say below which of the two you mean."
    )


class Pass(StrEnum):
    """Which of the two hours of the night in which the clocks are put back."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Calendar days `[start, end)`. Raises EndsBeforeItStarts when empty."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise EndsBeforeItStarts

    def overlaps(self, other: Days) -> bool:
        """Whether the two share a day."""
        return self.start < other.end and other.start < self.end

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        for number in range((self.end - self.start).days):
            yield self.start + timedelta(days=number)

    def __len__(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day inside."""
        return last_day(self.end)


@dataclass(frozen=True, slots=True, order=True)
class Timespan:
    """UTC instants `[start, end)`. Raises EndsBeforeItStarts when empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise EndsBeforeItStarts

    def overlaps(self, other: Timespan) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    @classmethod
    def from_days(cls, days: Days, zone: ZoneInfo) -> Timespan:
        """The instants of whole days in `zone`: midnight to midnight on its wall clock."""
        return cls(start_of(days.start, zone), start_of(days.end, zone))


def last_day(end: date) -> date:
    """The last day of a half-open span that ends before `end`."""
    return end - ONE_DAY


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def from_local(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive wall-clock time; a repeated hour means its first pass.

    For times the program works out; those that people enter are `entered`. Raises SkippedHour for
    a time the clocks jump over.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        raise SkippedHour
    return instant


def entered(wall: datetime, zone: ZoneInfo, meant: Pass | None) -> datetime:
    """The UTC instant of a naive wall-clock time somebody entered.

    Raises SkippedHour, and RepeatedHour for a time that comes twice while nobody said which one is
    `meant`; for every other time that says nothing.
    """
    first = from_local(wall, zone)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second == first:
        return first
    if meant is None:
        raise RepeatedHour
    return first if meant is Pass.FIRST else second


def pass_of(instant: datetime, zone: ZoneInfo) -> Pass | None:
    """Which of the two an instant is, where the clocks of `zone` show its time twice; else None."""
    local = instant.astimezone(zone)
    if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():
        return None
    return Pass.SECOND if local.fold else Pass.FIRST
