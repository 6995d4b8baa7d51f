"""What some people of the demo company have in their own calendars, as files they brought."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.agenda.services.busy_sources import Origin, Taken, add_file
from app.calendars.reading.merging import BusySpans, Span, merged
from app.domain.timespan import from_local
from seed.people import Company

PEOPLE = 14
WEEKS = 20
KNOWN = timedelta(days=400)
EVENING = 18, 120  # after all of the others
HOURS = ((9, 60), (10, 90), (13, 45), (15, 60), (16, 30))  # hour of the day, minutes


def bring(session: Session, company: Company, random: Random, *, now: datetime) -> None:
    """Give some people a weekly routine, and a day or two that are not certain yet."""
    everybody = [
        person for team in company.members.values() for person in team if person.left_on is None
    ]
    for person in random.sample(everybody, k=PEOPLE):
        weekly = random.sample([(day, *slot) for day in range(5) for slot in HOURS], k=3)
        firm = [
            _span(company, now, week * 7 + day, hour, minutes)
            for week in range(WEEKS)
            for day, hour, minutes in weekly
        ]
        unsure = [_span(company, now, random.randrange(7, 90), *EVENING)]
        note: dict[str, object] = {"skipped": {}, "remarks": []}
        spans = BusySpans(tuple(merged(firm)), tuple(unsure))
        origin = Origin(person.id, "calendar.ics")
        add_file(session, origin, Taken(spans, now + KNOWN, note), at=now - timedelta(days=2))


def _span(company: Company, now: datetime, days: int, hour: int, minutes: int) -> Span:
    monday = now.date() - timedelta(days=now.weekday())
    wall = datetime.combine(monday + timedelta(days=days), time(hour))
    start = from_local(wall, company.sites["Hamburg"].timezone)
    return start, start + timedelta(minutes=minutes)
