"""On which days a person works: zone, weekdays and the public holidays of their site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Person, PublicHoliday, Site


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`weekdays` are ISO digits ("12345"), `holidays` the days off at the person's site."""

    zone: ZoneInfo
    country: str
    weekdays: str
    holidays: frozenset[date]

    def day_of(self, at: datetime) -> date:
        """The calendar day of a UTC instant on this person's wall clock."""
        return at.astimezone(self.zone).date()


def calendar_of(session: Session, person_id: int) -> WorkCalendar:
    """The working calendar of a person. Two statements; LookupError for an unknown person."""
    row = session.execute(
        select(Person.working_days, Site.zone, Site.country, Site.id)
        .join(Site, Site.id == Person.site_id)
        .where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"no person {person_id}")
    weekdays, zone, country, site_id = row
    holidays = session.scalars(select(PublicHoliday.day).where(PublicHoliday.site_id == site_id))
    return WorkCalendar(ZoneInfo(zone), country, weekdays, frozenset(holidays))
