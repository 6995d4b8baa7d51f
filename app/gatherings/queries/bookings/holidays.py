"""Public holidays of a site, as far as deadlines look, and on a day that is offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.timespan import Timespan
from app.people.models import PublicHoliday

AHEAD = timedelta(days=60)
BACK = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday, named in both languages."""

    day: date
    name_de: str
    name_en: str

    def name(self, locale: str) -> str:
        """Its name in a language."""
        return self.name_de if locale.startswith("de") else self.name_en


def holidays_after(session: Session, site_id: int, day: date) -> frozenset[date]:
    """Holidays in the 60 days from `day` on. One statement."""
    return _within(session, site_id, day, day + AHEAD)


def holidays_before(session: Session, site_id: int, day: date) -> frozenset[date]:
    """Holidays in the 120 days up to `day`, itself included. One statement."""
    return _within(session, site_id, day - BACK, day + timedelta(days=1))


def holiday_in(session: Session, site_id: int, span: Timespan, zone: ZoneInfo) -> Holiday | None:
    """The first public holiday a span touches on the site's wall clock. One statement."""
    last = (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    found = session.scalars(
        select(PublicHoliday)
        .where(
            PublicHoliday.site_id == site_id,
            PublicHoliday.day >= span.start.astimezone(zone).date(),
            PublicHoliday.day <= last,
        )
        .order_by(PublicHoliday.day)
        .limit(1)
    ).first()
    return None if found is None else Holiday(found.day, found.name_de, found.name_en)


def _within(session: Session, site_id: int, start: date, end: date) -> frozenset[date]:
    rows = session.scalars(
        select(PublicHoliday.day).where(
            PublicHoliday.site_id == site_id,
            PublicHoliday.day >= start,
            PublicHoliday.day < end,
        )
    )
    return frozenset(rows)
