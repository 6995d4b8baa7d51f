"""Keep the list of a session: by hand or by the code on site; certificates come from it alone."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random, SystemRandom
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.attendance import (
    CERTIFICATE_LENGTH,
    NotBegun,
    Presence,
    WrongCode,
    is_open,
    may_be_marked,
    new_code,
    on_arrival,
    outcome,
    read_code,
)
from app.domain.refusals import N_
from app.domain.seats import CAME_TO_AN_END, SEATED, BookingState
from app.gatherings.models import (
    Attendance,
    AttendanceStep,
    Booking,
    Certificate,
    Course,
    Gathering,
    Meeting,
)
from app.gatherings.queries.certificates import in_force
from app.gatherings.services.bookings.lines import hold_gathering
from app.gatherings.services.bookings.recording import Act, log_bookings, step
from app.gatherings.services.certificates import withdraw
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify

LISTED = SEATED | CAME_TO_AN_END
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """What the list says of one booking at one meeting."""

    booking_id: int
    meeting_id: int
    presence: Presence


def show_code(session: Session, meeting: Meeting, *, random: Random | None = None) -> str:
    """The code of a meeting, drawn when it is asked for the first time."""
    if meeting.code is None:
        meeting.code = new_code(random or SystemRandom())
    return meeting.code


def check_in(
    session: Session, person_id: int, gathering_id: int, text: str, *, at: datetime
) -> Meeting:
    """Mark somebody present by the code they read in the room; a second time changes nothing.

    Raises WrongCode when it is not the code of a meeting that takes place now, or when the person
    holds no seat.
    """
    gathering = hold_gathering(session, gathering_id)
    booking = session.scalar(
        select(Booking).where(
            Booking.gathering_id == gathering_id,
            Booking.person_id == person_id,
            Booking.state.in_(LISTED),
        )
    )
    code = read_code(text)
    meeting = next(
        (one for one in gathering.meetings if one.code == code and is_open(one.span, at)), None
    )
    if booking is None or meeting is None or not meeting.active:
        raise WrongCode
    known = session.get(Attendance, (booking.id, meeting.id))
    if known is None:
        presence = on_arrival(meeting.span, at)
        row = Attendance(booking_id=booking.id, meeting_id=meeting.id)
        _set(row, presence, Act(at, person_id), by_code=True)
        _keep(session, [row])
    _settle(session, gathering, Act(at, person_id))
    return meeting


def keep_list(
    session: Session,
    gathering_id: int,
    marks: Sequence[Mark],
    *,
    by: int | None,
    at: datetime,
    random: Random | None = None,
) -> int:
    """Write down who was there; gives how many bookings came to their end by it.

    Marks may be corrected later, each correction is kept; certificates follow. Raises NotBegun
    where a mark is of a meeting that lies ahead.
    """
    gathering = hold_gathering(session, gathering_id)
    meetings = {meeting.id: meeting for meeting in gathering.meetings}
    marked = {mark.meeting_id for mark in marks}
    if not all(may_be_marked(one.span, at) for key, one in meetings.items() if key in marked):
        raise NotBegun
    bookings = {booking.id for booking in _listed(session, gathering_id)}
    known = _known(session, bookings)
    changed: list[Attendance] = []
    for mark in marks:
        if mark.booking_id in bookings and mark.meeting_id in meetings:
            changed += _written(known.get((mark.booking_id, mark.meeting_id)), mark, Act(at, by))
    _keep(session, changed)
    return _settle(session, gathering, Act(at, by), random)


def _written(row: Attendance | None, mark: Mark, act: Act) -> list[Attendance]:
    """The row of a mark that says something new, or nothing."""
    if row is None:
        row = Attendance(booking_id=mark.booking_id, meeting_id=mark.meeting_id)
    elif row.presence is mark.presence:
        return []
    _set(row, mark.presence, act)
    return [row]


def _set(row: Attendance, presence: Presence, act: Act, *, by_code: bool = False) -> None:
    row.presence, row.by_code = presence, by_code
    row.marked_at, row.marked_by = act.at, act.by


def _keep(session: Session, changed: Sequence[Attendance]) -> None:
    """Store marks that are new or changed, and add each to the history."""
    session.add_all(changed)
    session.flush()  # versions are counted up
    session.add_all(
        AttendanceStep(
            booking_id=row.booking_id,
            meeting_id=row.meeting_id,
            version=row.version,
            presence=row.presence,
            by_code=row.by_code,
            at=row.marked_at,
            actor_id=row.marked_by,
        )
        for row in changed
    )
    session.flush()


def _settle(session: Session, gathering: Gathering, act: Act, random: Random | None = None) -> int:
    """Bring bookings to what their marks say once the last meeting is over."""
    if act.at < gathering.ends_at:
        return 0
    session.flush()
    keys = [meeting.id for meeting in gathering.meetings if meeting.active]
    listed = _listed(session, gathering.id)
    known = _known(session, {booking.id for booking in listed})
    for booking in listed:
        rows = [known.get((booking.id, key)) for key in keys]
        ended = outcome([row.presence if row else None for row in rows])
        if ended is not None and booking.state is not ended:
            step(session, booking, ended, act)
    _certify(session, gathering, listed, act, random or SystemRandom())
    log_bookings(session, act)
    return len(act.done)


def _certify(
    session: Session, gathering: Gathering, listed: Sequence[Booking], act: Act, random: Random
) -> None:
    """Give a certificate to whoever attended, and withdraw what a list no longer says."""
    course = session.get(Course, gathering.course_id) if gathering.course_id else None
    if course is None:
        return
    held = {
        row.booking_id: row
        for row in session.scalars(
            select(Certificate).where(
                Certificate.booking_id.in_([one.id for one in listed]), in_force()
            )
        )
    }
    for booking in listed:
        attended = booking.state is BookingState.ATTENDED
        if attended and booking.id not in held:
            _issue(session, (gathering, course), booking, act.at, random)
        elif not attended and booking.id in held:
            withdraw(session, held[booking.id], at=act.at)


def _issue(
    session: Session, of: tuple[Gathering, Course], booking: Booking, at: datetime, random: Random
) -> None:
    gathering, course = of
    zone = ZoneInfo(gathering.site.zone)
    last_day = gathering.ends_at.astimezone(zone).date()
    made = Certificate(
        booking_id=booking.id,
        person_id=booking.person_id,
        course_id=course.id,
        code=new_code(random, CERTIFICATE_LENGTH),
        person_name=booking.person.name,
        title=course.title(gathering.language),
        minutes=course.minutes,
        first_day=gathering.starts_at.astimezone(zone).date(),
        last_day=last_day,
        issued_at=at,
        valid_until=months_later(last_day, course.validity_months),
    )
    session.add(made)
    session.flush()  # its key names the notice
    message = Message(
        topic=NoticeTopic.BOOKINGS,
        title=N_("Your certificate: %(what)s"),
        text=N_("You took part in everything. The certificate waits for you as a PDF."),
        path="/certificates",
        action=N_("Get the certificate"),
        params={"what": course.title(gathering.language)},
    )
    notify(session, message, to=[booking.person_id], key=f"certificate:{made.id}:issued", at=at)


def months_later(day: date, months: int | None) -> date | None:
    """The same day so many months on, or the month's last; None for ever."""
    if months is None:
        return None
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _listed(session: Session, gathering_id: int) -> Sequence[Booking]:
    return session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(LISTED))
        .order_by(Booking.id)
        .options(joinedload(Booking.person))
    ).all()


def _known(session: Session, bookings: set[int]) -> Mapping[tuple[int, int], Attendance]:
    rows = session.scalars(select(Attendance).where(Attendance.booking_id.in_(bookings)))
    found: dict[tuple[int, int], Attendance] = defaultdict()
    for row in rows:
        found[row.booking_id, row.meeting_id] = row
    return found
