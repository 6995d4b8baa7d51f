"""All that decides whether a person gets a seat, in one statement that is built once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.agenda.models import Commitment
from app.domain.seats import LIVE, BookingState
from app.gatherings.models import (
    Booking,
    Certificate,
    Course,
    CourseAudience,
    CourseInterest,
    CoursePrerequisite,
    Gathering,
    HeldSeats,
    Meeting,
    MeetingTrainer,
)
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day

GATHERING: ColumnElement[int] = bindparam("gathering", type_=Integer)
PERSON: ColumnElement[int] = bindparam("person", type_=Integer)
COURSE: ColumnElement[int] = bindparam("course", type_=Integer)
HOST: ColumnElement[int] = bindparam("host", type_=Integer)
FIRST_DAY: ColumnElement[date] = bindparam("first_day", type_=Date)
TODAY: Any = bindparam("today", type_=Date)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one person and one gathering whose row is locked.

    `live_id` is the booking they hold already, `was_here` whether they ever had one. `clash`
    names what they have to do at one of its times, `missing` a prerequisite they lack.
    `waited_since` is when they first wanted the course. The host's are None for sessions.
    """

    left_on: date | None
    team_id: int | None
    department_id: int | None
    live_id: int | None
    was_here: bool
    list_is_open: bool
    holds_seats: bool
    leads_it: bool
    clash: str | None
    in_audience: bool
    missing: str | None
    waited_since: datetime | None
    host_department: int | None
    host_team: int | None


def facts_of(
    session: Session, gathering: Gathering, person_id: int, *, today: date
) -> Facts | None:
    """What decides on a booking, or None for an unknown person. One statement.

    `today` is the day on the site's wall clock: teams are those of this day.
    """
    statement = _statement(
        of_a_course=gathering.course_id is not None,
        has_host=gathering.host_id is not None,
        in_german=gathering.language == "de",
    )
    values = {
        "gathering": gathering.id,
        "person": person_id,
        "course": gathering.course_id,
        "host": gathering.host_id,
        "first_day": gathering.starts_at.date(),
        "today": today,
    }
    row = session.execute(statement, values).one_or_none()
    return None if row is None else Facts(*row)


@cache
def _statement(*, of_a_course: bool, has_host: bool, in_german: bool) -> Select[Any]:
    at_home = and_(
        Membership.person_id == Person.id,
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, TODAY),
    )
    of_course = (
        _in_audience(),
        _missing(in_german=in_german),
        select(CourseInterest.since)
        .where(CourseInterest.course_id == COURSE, CourseInterest.person_id == PERSON)
        .scalar_subquery(),
    )
    return (
        select(
            Person.left_on,
            Membership.team_id,
            Team.department_id,
            _own().where(Booking.state.in_(LIVE)).limit(1).scalar_subquery(),
            _own().exists(),
            _list_is_open(),
            select(HeldSeats.seats).where(HeldSeats.gathering_id == GATHERING).exists(),
            _leads() if not has_host else or_(_leads(), HOST == PERSON),
            _clash(),
            *(of_course if of_a_course else (true(), null(), null())),
            *(_of_host() if has_host else (null(), null())),
        )
        .select_from(Person)
        .outerjoin(Membership, at_home)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Person.id == PERSON)
        .limit(1)
    )


def _own() -> Select[Any]:
    return select(Booking.id).where(Booking.gathering_id == GATHERING, Booking.person_id == PERSON)


def _list_is_open() -> ColumnElement[bool]:
    waits = Booking.state.in_((BookingState.WAITLISTED, BookingState.OFFERED))
    return select(Booking.id).where(Booking.gathering_id == GATHERING, waits).exists()


def _leads() -> ColumnElement[bool]:
    return (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.gathering_id == GATHERING, MeetingTrainer.person_id == PERSON)
        .exists()
    )


def _clash() -> ColumnElement[Any]:
    """The title of the first hard commitment that overlaps a meeting."""
    return (
        select(Commitment.title)
        .join(
            Meeting,
            and_(Meeting.starts_at < Commitment.ends_at, Commitment.starts_at < Meeting.ends_at),
        )
        .where(
            Meeting.gathering_id == GATHERING,
            Meeting.active,
            Commitment.person_id == PERSON,
            Commitment.active,
            Commitment.hard,
        )
        .order_by(Commitment.starts_at, Commitment.id)
        .limit(1)
        .scalar_subquery()
    )


def _in_audience() -> ColumnElement[bool]:
    meant = select(CourseAudience.course_id).where(CourseAudience.course_id == COURSE)
    theirs = meant.where(CourseAudience.department_id == Team.department_id).correlate(Team)
    return or_(~meant.exists(), theirs.exists())


def _missing(*, in_german: bool) -> ColumnElement[Any]:
    """The title of a required course without a certificate valid on the first day."""
    held = (
        select(Certificate.id)
        .where(
            Certificate.person_id == PERSON,
            Certificate.course_id == CoursePrerequisite.required_id,
            or_(Certificate.valid_until.is_(None), Certificate.valid_until >= FIRST_DAY),
        )
        .correlate(CoursePrerequisite)
        .exists()
    )
    title = Course.title_de if in_german else Course.title_en
    return (
        select(func.min(title))
        .join(CoursePrerequisite, CoursePrerequisite.required_id == Course.id)
        .where(CoursePrerequisite.course_id == COURSE, ~held)
        .scalar_subquery()
    )


def _of_host() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Department and home team of the host; the person's own membership plays no part."""
    home = (
        Membership.person_id == HOST,
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, TODAY),
    )
    team = select(Membership.team_id).where(*home).limit(1)
    department = (
        select(Team.department_id)
        .join(Membership, Membership.team_id == Team.id)
        .where(*home)
        .limit(1)
    )
    return department.correlate(None).scalar_subquery(), team.correlate(None).scalar_subquery()
