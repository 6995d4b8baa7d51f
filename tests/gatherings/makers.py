"""Makers of the room: each adds one thing with believable defaults, flushes it and gives it back.

Times count from Monday 23 November 2026, 9:00 UTC, where the tests' clock stands.
"""

from datetime import timedelta
from itertools import count

from app.domain.seats import Approval, BookingState, GatheringKind, GatheringState
from app.gatherings.models import (
    Booking,
    BookingStep,
    Certificate,
    Course,
    CourseAudience,
    CourseInterest,
    CoursePrerequisite,
    Gathering,
    HeldSeats,
    Meeting,
    MeetingTrainer,
    Room,
    Topic,
    Trip,
)
from app.people.models import Membership, Team
from tests.factories import NOW, make_site

_numbers = count(1)
START = NOW + timedelta(days=28)  # Monday 21 December 2026, 9:00 UTC


def _added(session, row):
    session.add(row)
    session.flush()
    return row


def make_course(session, title="Active listening", *, audience=(), requires=(), **fields):
    """Make a course; `audience` are departments, `requires` courses that come first."""
    number = next(_numbers)
    values = {
        "topic": Topic.ACTIVE_LISTENING,
        "title_de": f"{title} (de {number})",
        "title_en": f"{title} ({number})",
        "summary_de": "Zuhören, bevor geantwortet wird.",
        "summary_en": "Listen before you answer.",
        "goals_de": "Nachfragen\nZusammenfassen",
        "goals_en": "Ask back\nSum up",
        "joint_task_de": "Führen Sie zu zweit ein Kundengespräch.",
        "joint_task_en": "Lead a customer call in pairs.",
        "minutes": 120,
        "created_at": NOW,
        **fields,
    }
    course = _added(session, Course(**values))
    for department in audience:
        _added(session, CourseAudience(course_id=course.id, department_id=department.id))
    for required in requires:
        _added(session, CoursePrerequisite(course_id=course.id, required_id=required.id))
    return course


def make_room(session, name="Library", *, site=None, **fields):
    values = {"seats": 20, **fields}
    return _added(session, Room(site_id=(site or make_site(session)).id, name=name, **values))


def make_gathering(
    session, *, course=None, seats=10, starts_at=START, meetings=1, hours=2, held=(), **fields
):
    """Make an announced session open for booking; meetings follow each other a week apart.

    `held` are pairs of department and seats. A `host` makes it a trip of that person.
    """
    host = fields.pop("host", None)
    site = fields.pop("site", None) or make_site(session)
    if course is None and host is None:
        course = make_course(session)
    length = timedelta(hours=hours)
    values = {
        "kind": GatheringKind.TRIP if host else GatheringKind.SESSION,
        "state": GatheringState.ANNOUNCED,
        "course_id": course.id if course else None,
        "host_id": host.id if host else None,
        "title": course.title_en if course else "A day with customers",
        "language": "en",
        "site_id": site.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(weeks=meetings - 1) + length,
        "capacity": seats,
        "wanted_capacity": seats,
        "opens_at": min(NOW, starts_at) - timedelta(days=30),
        "closes_at": starts_at - timedelta(days=1),
        "cancel_until": starts_at - timedelta(days=5),
        "created_at": NOW,
        **fields,
    }
    gathering = _added(session, Gathering(**values))
    for number in range(meetings):
        make_meeting(session, gathering, number + 1, starts_at + timedelta(weeks=number), length)
    for department, number in held:
        row = HeldSeats(gathering_id=gathering.id, department_id=department.id, seats=number)
        _added(session, row)
    if host is not None:
        _added(session, Trip(gathering_id=gathering.id, region="North", label="Retail"))
    return gathering


def make_meeting(session, gathering, number, starts_at, length, **fields):
    row = Meeting(
        gathering_id=gathering.id,
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + length,
        **{"place": "Market hall", **fields},
    )
    return _added(session, row)


def make_trainer(session, meeting, person):
    return _added(session, MeetingTrainer(meeting_id=meeting.id, person_id=person.id))


def make_booking(session, gathering, person, *, state=BookingState.BOOKED, at=NOW, **fields):
    """Make a booking with the first step of its history, without holding the person's time."""
    team = _home_of(session, person)
    expires_at = None
    if state in {BookingState.REQUESTED, BookingState.OFFERED}:
        expires_at = at + timedelta(days=1)
    values = {
        "home_team_id": team.id if team else None,
        "department_id": team.department_id if team else None,
        "approval": Approval.NOT_NEEDED,
        "joined_at": at,
        "expires_at": expires_at,
        "reason": "Needed here" if state is BookingState.DECLINED else "",
        "created_at": at,
        "changed_at": at,
        **fields,
    }
    booking = Booking(gathering_id=gathering.id, person_id=person.id, state=state, **values)
    _added(session, booking)
    step = BookingStep(booking_id=booking.id, version=1, before=None, after=state, at=at)
    _added(session, step)
    session.refresh(gathering)  # the database counts the seats
    return booking


def make_interest(session, course, person, *, since=NOW, rank_from=None):
    keys = {"course_id": course.id, "person_id": person.id}
    ranked_at = None if rank_from is None else NOW
    return _added(
        session, CourseInterest(**keys, since=since, rank_from=rank_from, ranked_at=ranked_at)
    )


def make_certificate(session, booking, course, *, valid_until=None, **fields):
    row = Certificate(
        booking_id=booking.id,
        person_id=booking.person_id,
        course_id=course.id,
        code=f"CODE-{next(_numbers)}",
        person_name="Ada Test",
        title=course.title_en,
        minutes=course.minutes,
        first_day=NOW.date(),
        last_day=NOW.date(),
        issued_at=NOW,
        valid_until=valid_until,
        **fields,
    )
    return _added(session, row)


def _home_of(session, person):
    return (
        session.query(Team)
        .join(Membership, Membership.team_id == Team.id)
        .filter(Membership.person_id == person.id, Membership.ends_on.is_(None))
        .first()
    )
