"""Months and weeks as rows of seven days, Monday first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from app.domain.timespan import Days

View = Literal["month", "week"]
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def shown(view: View, day: date) -> Days:
    """The whole weeks that a view of `day` shows: its week, or those its month touches."""
    if view == "week":
        return Days(monday_of(day), monday_of(day) + WEEK)
    first = day.replace(day=1)
    return Days(monday_of(first), monday_of(next_month(first) - timedelta(days=1)) + WEEK)


def weeks(days: Days) -> Sequence[Sequence[date]]:
    """Whole weeks as rows."""
    every = list(days)
    return [every[start : start + 7] for start in range(0, len(every), 7)]


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_month(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def neighbours(view: View, day: date) -> tuple[date, date]:
    """A day of the page before and one of the page after."""
    if view == "week":
        return monday_of(day) - WEEK, monday_of(day) + WEEK
    return last_month(day), next_month(day)
