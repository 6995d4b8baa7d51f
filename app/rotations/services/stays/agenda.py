"""A stay in the person's time: their commitment and the days on which somebody asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind, ShownAs
from app.agenda.services import Claim, hold, release
from app.domain.stays import StayState, check_in_days
from app.domain.timespan import Days, Timespan
from app.people.models import Site
from app.rotations.models import CheckIn, Stay
from app.rotations.queries.stays.days import WorkCalendar

WHOLE = 100


def take_the_time(session: Session, stay: Stay, calendar: WorkCalendar, *, at: datetime) -> None:
    """Hold the whole days of the stay on the wall clock of the person's site.

    Full-time stays on site are hard: the person cannot be anywhere else (I3). Calendars show all
    of them as free, else three months of somebody's calendar would be closed to their colleagues.
    Until everybody has agreed they are tentative; a stay that is agreed on takes its time anew.
    """
    site = session.get(Site, stay.placement.site_id) if stay.on_site else None
    hold(
        session,
        Claim(
            kind=CommitmentKind.STAY,
            source_id=stay.id,
            person_id=stay.person_id,
            title=stay.placement.title,
            span=Timespan.from_days(Days(stay.starts_on, stay.ends_on), calendar.zone),
            hard=stay.share == WHOLE and stay.on_site,
            zone=calendar.zone.key,
            all_day=True,
            shown_as=ShownAs.FREE,
            tentative=stay.state is StayState.PROPOSED,
            location=site.name if site else "",
            path=f"/stays/{stay.id}",
            home_team_id=stay.home_team_id,
            host_team_id=stay.host_team_id,
        ),
        at=at,
    )


def give_the_time_back(session: Session, stay: Stay, *, at: datetime) -> None:
    """The person is free again for all of the stay's days."""
    release(session, CommitmentKind.STAY, stay.id, stay.person_id, at=at)


def plan_check_ins(stay: Stay, calendar: WorkCalendar) -> None:
    """Set the days of all check-ins that were not held yet, making them when missing."""
    due = check_in_days(Days(stay.starts_on, stay.ends_on), calendar.weekdays, calendar.holidays)
    known = {check_in.kind: check_in for check_in in stay.check_ins}
    for kind, day in due.items():
        check_in = known.get(kind)
        if check_in is None:
            stay.check_ins.append(CheckIn(kind=kind, due_on=day, going_well="", needs=""))
        elif check_in.done_at is None and check_in.due_on != day:
            check_in.due_on, check_in.reminded_at = day, None
