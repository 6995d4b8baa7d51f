"""Counting in working days: Monday to Friday without the public holidays of a site."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.timespan import ONE_DAY, SkippedHour, from_local

FIRST_DAY_OFF = 5  # Saturday, as `date.weekday` counts
ONE_HOUR = timedelta(hours=1)


def is_workday(day: date, holidays: Collection[date]) -> bool:
    """Whether people work on `day` at a place with these public holidays."""
    return day.weekday() < FIRST_DAY_OFF and day not in holidays


def workdays_from(day: date, count: int, holidays: Collection[date]) -> date:
    """The day that lies `count` working days after `day`, before it when negative.

    Days off are not counted; 0 gives `day` itself, even if it is a day off.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day, holidays)
    return day


def workdays_before(
    at: datetime, count: int, zone: ZoneInfo, holidays: Collection[date]
) -> datetime:
    """The UTC instant `count` working days before `at`, at the same time of day in `zone`.

    A session on Monday at 9:00 can be cancelled with three working days' notice until the
    Wednesday before at 9:00. A time the clocks jump over moves on by an hour.
    """
    wall = at.astimezone(zone).replace(tzinfo=None)
    day = workdays_from(wall.date(), -count, holidays)
    there = datetime.combine(day, wall.time())
    try:
        return from_local(there, zone)
    except SkippedHour:
        return from_local(there + ONE_HOUR, zone)
