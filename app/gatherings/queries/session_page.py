"""One date as its page shows it, who decides, what was booked, who comes, and who leads what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import sort_key
from app.domain.seats import BOOKABLE, CAME_TO_AN_END, SEATED, GatheringKind, GatheringState
from app.gatherings.models import (
    Booking,
    BookingStep,
    Certificate,
    Course,
    CourseAudience,
    CoursePrerequisite,
    Gathering,
    Meeting,
    MeetingTrainer,
)
from app.gatherings.queries.catalogue import is_valid
from app.gatherings.queries.deciders import deciders
from app.gatherings.queries.offers import whole
from app.people.models import Person, Team

COMES = SEATED | CAME_TO_AN_END


def find(session: Session, gathering_id: int) -> Gathering | None:
    """The gathering with its course, site, held seats and meetings. Six statements."""
    course = joinedload(Gathering.course)
    return session.scalar(
        whole()
        .where(Gathering.id == gathering_id)
        .options(
            course.selectinload(Course.audience).joinedload(CourseAudience.department),
            course.selectinload(Course.prerequisites).joinedload(CoursePrerequisite.required),
        )
    )


def lacking(gathering: Gathering, held: dict[int, Certificate]) -> list[Course]:
    """Required courses of which no certificate of `held` is valid on the first day."""
    if gathering.course is None:
        return []
    first_day = gathering.starts_at.date()
    required = [each.required for each in gathering.course.prerequisites]
    return [each for each in required if not is_valid(held.get(each.id), first_day)]


def deciding(
    session: Session, team_id: int | None, person_id: int, *, today: date
) -> Sequence[Person]:
    """Who may agree to what this person asks for, leads first. At most three statements."""
    ids = deciders(session, team_id, person_id, today=today)
    found = {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[each] for each in ids]


def history(session: Session, gathering_id: int, person_id: int) -> Sequence[Booking]:
    """A person's bookings of one gathering with every step, newest first. Two statements."""
    return session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering_id, Booking.person_id == person_id)
        .order_by(Booking.id.desc())
        .options(selectinload(Booking.steps).joinedload(BookingStep.actor))
    ).all()


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who comes, with the team they booked from."""

    booking: Booking
    person: Person
    team: Team | None


def participants(session: Session, gathering_id: int) -> list[Participant]:
    """Everybody sure of a seat, by family name. One statement."""
    rows = session.execute(
        select(Booking, Person, Team)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Team, Team.id == Booking.home_team_id)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(COMES))
        .options(joinedload(Team.department))
    )
    found = [Participant(*row) for row in rows]
    return sorted(found, key=lambda each: sort_key(each.person.family_name, each.person.name))


@dataclass(frozen=True, slots=True)
class Led:
    """A gathering, the meetings of it somebody leads (one at least), and how many surely come."""

    gathering: Gathering
    meetings: Sequence[Meeting]
    coming: int = 0

    @property
    def ends_at(self) -> datetime:
        """When the last of their own meetings ends."""
        return max(meeting.ends_at for meeting in self.meetings)

    @property
    def leads_all(self) -> bool:
        """Whether they lead all of its meetings."""
        return len(self.meetings) == len(self.gathering.meetings)

    def next_one(self, at: datetime) -> Meeting:
        """The first of their own meetings that is not over; once all are, the first."""
        to_come = (meeting for meeting in self.meetings if meeting.ends_at > at)
        return next(to_come, self.meetings[0])


def led_by(session: Session, person_id: int, *, at: datetime) -> tuple[list[Led], list[Led]]:
    """Sessions a person leads: those to come, soonest first, and the past, newest first.

    What counts are the meetings they lead themselves. Five statements whatever their number.
    """
    own = (
        select(Meeting.gathering_id)
        .join(MeetingTrainer, MeetingTrainer.meeting_id == Meeting.id)
        .where(MeetingTrainer.person_id == person_id)
    )
    found = session.scalars(
        whole()
        .where(
            Gathering.id.in_(own),
            Gathering.kind == GatheringKind.SESSION,
            Gathering.state != GatheringState.CALLED_OFF,
        )
        .order_by(Gathering.starts_at, Gathering.id)
    ).all()
    counts = coming(session, [each.id for each in found])
    led = [Led(each, _own(each, person_id), counts.get(each.id, 0)) for each in found]
    led.sort(key=lambda each: (each.next_one(at).starts_at, each.gathering.id))
    past = [each for each in led if each.ends_at <= at]
    return [each for each in led if each.ends_at > at], past[::-1]


def _own(gathering: Gathering, person_id: int) -> list[Meeting]:
    """The meetings somebody leads, all of them for the host; they come with their trainers."""
    if gathering.host_id == person_id:
        return list(gathering.meetings)
    return [
        meeting
        for meeting in gathering.meetings
        if any(trainer.person_id == person_id for trainer in meeting.trainers)
    ]


def leading_soon(session: Session, person_id: int, *, at: datetime, before: datetime) -> list[Led]:
    """Sessions a person leads and joint days they offer, with meetings of their own to come.

    The next of these begins before an instant; soonest first. Three statements.
    """
    soon = Meeting.ends_at > at, Meeting.starts_at < before
    own = (
        select(Meeting.gathering_id)
        .join(MeetingTrainer, MeetingTrainer.meeting_id == Meeting.id)
        .where(MeetingTrainer.person_id == person_id, *soon)
    )
    hosted = select(Meeting.gathering_id).where(*soon)
    found = session.scalars(
        select(Gathering)
        .where(
            or_(
                Gathering.id.in_(own),
                and_(Gathering.host_id == person_id, Gathering.id.in_(hosted)),
            ),
            Gathering.state.in_(BOOKABLE),
        )
        .options(
            joinedload(Gathering.course),
            joinedload(Gathering.site),
            selectinload(Gathering.meetings).selectinload(Meeting.trainers),
        )
    )
    led = [Led(each, _own(each, person_id)) for each in found]
    return sorted(led, key=lambda each: (each.next_one(at).starts_at, each.gathering.id))


def coming(session: Session, gathering_ids: Collection[int]) -> dict[int, int]:
    """Gathering id -> how many are sure of a seat. One statement."""
    rows = session.execute(
        select(Booking.gathering_id, func.count())
        .where(Booking.gathering_id.in_(gathering_ids), Booking.state.in_(COMES))
        .group_by(Booking.gathering_id)
    )
    return dict(rows.all())


def leads_anything(session: Session, person_id: int) -> bool:
    """Whether a person is the trainer of any meeting. One statement."""
    found = select(MeetingTrainer.meeting_id).where(MeetingTrainer.person_id == person_id)
    return session.scalar(found.limit(1)) is not None
