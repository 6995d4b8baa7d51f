"""All that decides whether a person gets a seat, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, null, or_, select, true
from sqlalchemy.orm import Session

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


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one person and one gathering whose row is locked.

    `live_id` is the booking they hold already. `waited_since` is when they first wanted the
    course. `missing` is the title of a prerequisite they lack. `host_department` is None for
    sessions.
    """

    left_on: date | None
    team_id: int | None
    department_id: int | None
    live_id: int | None
    list_is_open: bool
    holds_seats: bool
    leads_it: bool
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
    row = session.execute(_statement(gathering, person_id, today)).one_or_none()
    return None if row is None else Facts(*row)


def _statement(gathering: Gathering, person_id: int, today: date) -> Select[Any]:
    key, course_id = gathering.id, gathering.course_id
    live = select(Booking.id).where(
        Booking.gathering_id == key, Booking.person_id == person_id, Booking.state.in_(LIVE)
    )
    waited = select(CourseInterest.since).where(
        CourseInterest.course_id == course_id, CourseInterest.person_id == person_id
    )
    at_home = and_(
        Membership.person_id == Person.id,
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, today),
    )
    return (
        select(
            Person.left_on,
            Membership.team_id,
            Team.department_id,
            live.limit(1).scalar_subquery(),
            _list_is_open(key),
            exists().where(HeldSeats.gathering_id == key),
            _leads(gathering, person_id),
            _in_audience(course_id),
            _missing(gathering, person_id),
            waited.scalar_subquery() if course_id else null(),
            *_of_host(gathering, today),
        )
        .select_from(Person)
        .outerjoin(Membership, at_home)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Person.id == person_id)
        .limit(1)
    )


def _list_is_open(key: int) -> ColumnElement[bool]:
    waits = Booking.state.in_((BookingState.WAITLISTED, BookingState.OFFERED))
    return exists().where(Booking.gathering_id == key, waits)


def _leads(gathering: Gathering, person_id: int) -> ColumnElement[bool]:
    if gathering.host_id == person_id:
        return true()
    return (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.gathering_id == gathering.id, MeetingTrainer.person_id == person_id)
        .exists()
    )


def _in_audience(course_id: int | None) -> ColumnElement[bool]:
    if course_id is None:
        return true()
    meant = select(CourseAudience.course_id).where(CourseAudience.course_id == course_id)
    theirs = meant.where(CourseAudience.department_id == Team.department_id).correlate(Team)
    return or_(~meant.exists(), theirs.exists())


def _missing(gathering: Gathering, person_id: int) -> ColumnElement[Any]:
    """The title of a required course without a certificate valid on the first day."""
    if gathering.course_id is None:
        return null()
    first_day = gathering.starts_at.date()
    held = (
        select(Certificate.id)
        .where(
            Certificate.person_id == person_id,
            Certificate.course_id == CoursePrerequisite.required_id,
            or_(Certificate.valid_until.is_(None), Certificate.valid_until >= first_day),
        )
        .correlate(CoursePrerequisite)
        .exists()
    )
    title = Course.title_de if gathering.language == "de" else Course.title_en
    return (
        select(func.min(title))
        .join(CoursePrerequisite, CoursePrerequisite.required_id == Course.id)
        .where(CoursePrerequisite.course_id == gathering.course_id, ~held)
        .scalar_subquery()
    )


def _of_host(gathering: Gathering, today: date) -> tuple[ColumnElement[Any], ...]:
    if gathering.host_id is None:
        return null(), null()
    home = (
        Membership.person_id == gathering.host_id,
        Membership.kind == MembershipKind.HOME,
        *on_day(Membership, today),
    )
    team = select(Membership.team_id).where(*home).limit(1)
    department = (
        select(Team.department_id).join(Membership, Membership.team_id == Team.id).where(*home)
    ).limit(1)
    # Their own aliases: the person asking has a membership in the same statement.
    return department.correlate(None).scalar_subquery(), team.correlate(None).scalar_subquery()
