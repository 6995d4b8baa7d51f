"""Quarters of calendar years, written "2026-Q4"."""

from __future__ import annotations

import re
from datetime import date

from app.domain.timespan import Days

WRITTEN = re.compile(r"(20\d\d)-Q([1-4])", re.ASCII)
MONTHS = 3


def quarter_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}-Q{(day.month - 1) // MONTHS + 1}"


def days_of(quarter: str) -> Days | None:
    """The days of a quarter; None for what is no quarter of this century's."""
    found = WRITTEN.fullmatch(quarter)
    if found is None:
        return None
    year, number = int(found[1]), int(found[2])
    first = date(year, MONTHS * (number - 1) + 1, 1)
    is_last = number == 4  # noqa: PLR2004 - a year has four quarters
    after = date(year + 1, 1, 1) if is_last else date(year, first.month + MONTHS, 1)
    return Days(first, after)


def quarters_around(day: date, *, back: int, ahead: int) -> list[str]:
    """The quarter of a day with so many before and after it, latest first."""
    number = day.year * 4 + (day.month - 1) // MONTHS
    return [f"{n // 4}-Q{n % 4 + 1}" for n in range(number + ahead, number - back - 1, -1)]
