"""Whoever has left the company leads nothing any more, and HR hears what lacks somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_
from app.domain.seats import GatheringState
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions
from app.gatherings.services.bookings.leaders import about_first
from app.gatherings.services.bookings.notices import Words, tell_all
from app.gatherings.services.planning.leading import hand_over, leading, let_lead
from app.people.models import Person
from app.people.queries.answering import people_of_hr

TRAINER_HAS_LEFT = Words(
    N_("A trainer is missing: %(what)s"),
    N_(
        "%(person)s has left the company and no longer leads what begins on %(when)s (%(where)s)."
        " Please name somebody else."
    ),
    N_("Look at the session"),
    must_know=True,
)


def free_of_leavers(session: Session, gathering_id: int, *, at: datetime) -> int:
    """Take those who have left off the meetings to come; gives how many people were told.

    Their time is free. Meetings that have begun keep who led them. Safe at any time.
    """
    gathering = sessions.find(session, gathering_id)
    if gathering is None:
        return 0
    today = at.astimezone(gathering.site.timezone).date()
    led = {row.person_id for meeting in gathering.meetings for row in meeting.trainers}
    rows = session.scalars(select(Person).where(Person.id.in_(led), Person.left_on <= today))
    return sum(_free(session, gathering, person, at=at) for person in rows.all())


def _free(session: Session, gathering: Gathering, person: Person, *, at: datetime) -> int:
    theirs = [one for one in gathering.meetings if one.starts_at > at and person.id in leading(one)]
    if not theirs:
        return 0
    without = {one.id: leading(one) - {person.id} for one in theirs}
    gathering.version += 1  # other trainers are another version of the session
    if gathering.state is GatheringState.DRAFT:
        for meeting in theirs:
            let_lead(meeting, without[meeting.id])
    else:
        hand_over(session, gathering, without, at=at)
    subject, kind = f"gathering:{gathering.id}", AuditKind.SESSION_PLANNED
    record(session, kind, actor_id=None, subject=subject, at=at, change="trainer left")
    hr = people_of_hr(session, today=at.date())
    first = about_first(gathering, theirs)
    key = f"left:{person.id}:v{gathering.version}"
    told = {**first, "person": person.name}
    return tell_all(session, gathering, TRAINER_HAS_LEFT, to=hr, key=key, at=at, **told)
