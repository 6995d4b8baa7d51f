"""Calendar months as the columns of a year's overview."""

from __future__ import annotations

from datetime import date

DECEMBER = 12


def months_from(day: date, count: int) -> list[date]:
    """The first days of `count` months, beginning with the month of `day`."""
    found = [day.replace(day=1)]
    while len(found) < count:
        last = found[-1]
        found.append(
            last.replace(year=last.year + 1, month=1)
            if last.month == DECEMBER
            else last.replace(month=last.month + 1)
        )
    return found
