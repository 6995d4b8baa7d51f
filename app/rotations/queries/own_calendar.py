"""What somebody has in the time of a stay: days of their own calendar, and what they booked."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.agenda.queries.busy import days_busy
from app.domain.timespan import Days, Timespan

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


def booked_in(session: Session, person_id: int, days: Days, zone: ZoneInfo) -> Sequence[Commitment]:
    """Trainings and joint days a person takes part in, leads or hosts on some days, by time.

    Only certain ones. One statement.
    """
    span = Timespan.from_days(days, zone)
    return session.scalars(
        select(Commitment)
        .where(
            Commitment.person_id == person_id,
            Commitment.active,
            Commitment.hard,
            Commitment.kind != CommitmentKind.STAY,
            Commitment.starts_at < span.end,
            Commitment.ends_at > span.start,
        )
        .order_by(Commitment.starts_at, Commitment.id)
    ).all()
