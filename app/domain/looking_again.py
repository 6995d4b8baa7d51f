"""When to look at somebody's outside calendar again."""

from __future__ import annotations

from datetime import datetime, timedelta

SOONEST, LATEST = timedelta(minutes=30), timedelta(minutes=60)
A_DAY = timedelta(days=1)
FAILURES_UNTIL_DAILY = 10


def look_again_at(at: datetime, *, failures: int, luck: float) -> datetime:
    """Half an hour to an hour after `at`; after failures later each time, after ten once a day.

    `luck` in 0..1 spreads many calendars over the time, so that their servers are not all asked
    in the same minute.
    """
    usual = SOONEST + (LATEST - SOONEST) * luck
    if failures == 0:
        return at + usual
    if failures >= FAILURES_UNTIL_DAILY:
        return at + A_DAY - SOONEST * luck
    growth = (A_DAY / LATEST) ** (failures / FAILURES_UNTIL_DAILY)
    return at + usual * float(growth)
