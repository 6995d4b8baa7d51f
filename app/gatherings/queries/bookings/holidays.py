"""Public holidays of a site, as far as deadlines look."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import PublicHoliday

AHEAD = timedelta(days=60)
BACK = timedelta(days=120)


def holidays_after(session: Session, site_id: int, day: date) -> frozenset[date]:
    """Holidays in the 60 days from `day` on. One statement."""
    return _within(session, site_id, day, day + AHEAD)


def holidays_before(session: Session, site_id: int, day: date) -> frozenset[date]:
    """Holidays in the 120 days up to `day`, itself included. One statement."""
    return _within(session, site_id, day - BACK, day + timedelta(days=1))


def _within(session: Session, site_id: int, start: date, end: date) -> frozenset[date]:
    rows = session.scalars(
        select(PublicHoliday.day).where(
            PublicHoliday.site_id == site_id,
            PublicHoliday.day >= start,
            PublicHoliday.day < end,
        )
    )
    return frozenset(rows)
