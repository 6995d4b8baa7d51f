"""All that decides whether a person gets a seat, in one statement that is built once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.agenda.models import CalendarPreference, Channel, Commitment
from app.domain.seats import LIVE, BookingState
from app.domain.seats.occasion import Occasion
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
from app.gatherings.queries.bookings.hosting import home_of_host
from app.gatherings.queries.bookings.known import COLUMNS, KnownGathering, from_rows
from app.gatherings.queries.bookings.overlaps import overlapping
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day

GATHERING: ColumnElement[int] = bindparam("gathering", type_=Integer)
PERSON: ColumnElement[int] = bindparam("person", type_=Integer)
TODAY: Any = bindparam("today", type_=Date)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one person and one gathering whose row is locked.

    `live_id` is the booking they hold already, `was_here` whether they ever had one. `clash`
    names what they have to do at one of its times; `is_conditional` says whether the course asks
    for others first. `waits` is whether they wait for a date of the course, `rank_from` when they
    joined an earlier one, where they keep that rank. `by_mail` says whether
    their calendar is told by mail. The host's are None for sessions.
    """

    person_id: int
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
    is_conditional: bool
    waits: bool
    rank_from: datetime | None
    by_mail: bool
    host_department: int | None
    host_team: int | None


def look_at(
    session: Session, gathering_id: int, person_id: int, *, at: datetime
) -> tuple[KnownGathering, Facts] | None:
    """The gathering with site and meetings, and what decides on a booking by this person.

    None when either is unknown. One statement; one more in the hours in which the site's day is
    not UTC's.
    """
    asked: dict[str, Any] = {"gathering": gathering_id, "person": person_id}
    rows = _ask(session, {**asked, "today": at.date()})
    if not rows:
        return None
    gathering = from_rows(rows)
    today = at.astimezone(gathering.site.timezone).date()
    if today != at.date():  # teams are those of the day on the site's wall clock
        rows = _ask(session, {**asked, "today": today})
    facts = rows[0][len(COLUMNS) :]
    return (gathering, Facts(*facts)) if facts[0] is not None else None


def _ask(session: Session, values: dict[str, Any]) -> Any:
    """One row per meeting, as plain values: objects would cost as much as all of the booking."""
    return session.connection().execute(_LOOK, values).all()


def missing(session: Session, gathering: Occasion, person_id: int) -> str | None:
    """A required course without a certificate valid on the first day, by title. One statement."""
    held = (
        select(Certificate.id)
        .where(
            Certificate.person_id == person_id,
            Certificate.course_id == CoursePrerequisite.required_id,
            Certificate.withdrawn_at.is_(None),
            or_(
                Certificate.valid_until.is_(None),
                Certificate.valid_until >= gathering.starts_at.date(),
            ),
        )
        .correlate(CoursePrerequisite)
        .exists()
    )
    title = Course.title_de if gathering.language == "de" else Course.title_en
    return session.scalar(
        select(func.min(title))
        .join(CoursePrerequisite, CoursePrerequisite.required_id == Course.id)
        .where(CoursePrerequisite.course_id == gathering.course_id, ~held)
    )


def _own() -> Select[Any]:
    return select(Booking.id).where(Booking.gathering_id == GATHERING, Booking.person_id == PERSON)


def _list_is_open() -> ColumnElement[bool]:
    waits = _is_one_of(BookingState.WAITLISTED, BookingState.OFFERED)
    return select(Booking.id).where(Booking.gathering_id == GATHERING, waits).exists()


def _is_one_of(*states: BookingState) -> ColumnElement[bool]:
    """Written out instead of handed over, so that partial indexes are seen to fit."""
    return Booking.state.in_([literal_column(f"'{state.value}'") for state in sorted(states)])


def _leads() -> ColumnElement[bool]:
    teaches = (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.gathering_id == GATHERING, MeetingTrainer.person_id == PERSON)
        .correlate(None)
        .exists()
    )
    return or_(teaches, func.coalesce(Gathering.host_id == PERSON, false()))


def _clash() -> ColumnElement[Any]:
    """The title of the first hard commitment that overlaps a meeting."""
    return (
        overlapping(Commitment.title, GATHERING, PERSON)
        .order_by(Commitment.starts_at, Commitment.id)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def _by_mail() -> ColumnElement[bool]:
    return (
        select(CalendarPreference.person_id)
        .where(CalendarPreference.person_id == PERSON, CalendarPreference.channel == Channel.MAIL)
        .exists()
    )


def _in_audience() -> ColumnElement[bool]:
    """Also where nobody in particular is meant, as for joint days."""
    meant = select(CourseAudience.course_id).where(CourseAudience.course_id == Gathering.course_id)
    theirs = meant.where(CourseAudience.department_id == Team.department_id)
    return or_(~meant.correlate(Gathering).exists(), theirs.correlate(Gathering, Team).exists())


def _of_course() -> tuple[ColumnElement[Any], ...]:
    conditions = select(CoursePrerequisite.course_id).where(
        CoursePrerequisite.course_id == Gathering.course_id
    )
    interest = select(CourseInterest.rank_from).where(
        CourseInterest.course_id == Gathering.course_id, CourseInterest.person_id == PERSON
    )
    return (
        _in_audience(),
        conditions.correlate(Gathering).exists(),
        interest.correlate(Gathering).exists(),
        interest.correlate(Gathering).scalar_subquery(),
    )


def _of_host() -> tuple[ColumnElement[Any], ...]:
    """Department and home team of the host."""
    department, team = home_of_host(Gathering.host_id, TODAY)
    return (
        department.correlate(Gathering).scalar_subquery(),
        team.correlate(Gathering).scalar_subquery(),
    )


_AT_HOME = and_(
    Membership.person_id == Person.id,
    Membership.kind == MembershipKind.HOME,
    *on_day(Membership, TODAY),
)
_LOOK = (  # built once: every booking begins with it
    select(
        *COLUMNS,
        Person.id,
        Person.left_on,
        Membership.team_id,
        Team.department_id,
        _own().where(_is_one_of(*LIVE)).limit(1).scalar_subquery(),
        _own().exists(),
        _list_is_open(),
        select(HeldSeats.seats).where(HeldSeats.gathering_id == GATHERING).exists(),
        _leads(),
        _clash(),
        *_of_course(),
        _by_mail(),
        *_of_host(),
    )
    .join(Gathering.site)
    .outerjoin(Gathering.meetings)
    .outerjoin(Meeting.room)
    .outerjoin(Person, Person.id == PERSON)
    .outerjoin(Membership, _AT_HOME)
    .outerjoin(Team, Team.id == Membership.team_id)
    .where(Gathering.id == GATHERING)
    .order_by(Meeting.number)
)
