"""Who of a team is there: per week, the fewest people present on any working day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.timespan import Days

WEEK = timedelta(weeks=1)
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A person belongs to the team in `days`; `weekdays` are ISO digits ("12345")."""

    person: int
    days: Days
    weekdays: str


@dataclass(frozen=True, slots=True)
class Away:
    """A person is not there in `days`, with `share` percent of the working time."""

    person: int
    days: Days
    share: int = WHOLE


@dataclass(frozen=True, slots=True)
class Week:
    """`present` is the fewest people on one working day, in whole people and parts of them.

    `day` is the day on which that happens, None in a week without a working day. `members` is the
    size of the team on that day.
    """

    starts_on: date
    present: float
    members: int
    day: date | None


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.isoweekday() - 1)


def weeks(
    first: date,
    number: int,
    members: Sequence[Member],
    away: Sequence[Away],
    holidays: Collection[date] = (),
) -> list[Week]:
    """The team's presence in `number` weeks from the week of `first` on.

    Somebody who does not work on a weekday is not missed there: they count as present, because
    minimum staffing counts people, not desks. Somebody away in part counts with the rest.
    """
    start = monday_of(first)
    return [_week(start + n * WEEK, members, away, holidays) for n in range(number)]


def _week(
    monday: date, members: Sequence[Member], away: Sequence[Away], holidays: Collection[date]
) -> Week:
    worst: Week | None = None
    for day in _working_days(monday, holidays):
        here = [member for member in members if day in member.days]
        missing = sum(_missing(member, day, away) for member in here)
        present = round((len(here) * WHOLE - missing) / WHOLE, 2)
        if worst is None or present < worst.present:
            worst = Week(monday, present, len(here), day)
    return worst or Week(monday, float(len(members)), len(members), None)


def _working_days(monday: date, holidays: Collection[date]) -> Iterator[date]:
    for number in range(5):
        day = monday + timedelta(days=number)
        if day not in holidays:
            yield day


def _missing(member: Member, day: date, away: Sequence[Away]) -> int:
    """Percent of a person missing on a day; never more than all of them."""
    if str(day.isoweekday()) not in member.weekdays:
        return 0
    shares = (span.share for span in away if span.person == member.person and day in span.days)
    return min(WHOLE, sum(shares))
