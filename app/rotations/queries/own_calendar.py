"""On how many working days of a stay somebody is busy according to their own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.agenda.queries.busy import days_busy
from app.domain.timespan import Days

_SATURDAY = 5


def busy_days(session: Session, person_id: int, stays: Sequence[Days], zone: ZoneInfo) -> list[int]:
    """For each of these spans, how many days from Monday to Friday are taken there.

    Uncertain times do not count, and nothing is told but the number. One statement, or none.
    """
    if not stays:
        return []
    whole = Days(min(days.start for days in stays), max(days.end for days in stays))
    taken = days_busy(session, [person_id], whole, zone).get(person_id, frozenset())
    working = [day for day in taken if day.weekday() < _SATURDAY]
    return [sum(day in days for day in working) for days in stays]
