"""Cancel a gathering for everybody, in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.domain.seats import BEFORE_IT_STARTS, BookingState, GatheringState
from app.domain.seats.refusals import NotBookable, ReasonMissing
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.cancelling import ENDED
from app.gatherings.services.bookings.claims import call_off_time, trainers_of
from app.gatherings.services.bookings.lines import hold_gathering, hold_people
from app.gatherings.services.bookings.recording import Act, log_bookings, log_gathering, step


def call_off(
    session: Session, gathering_id: int, *, by: int | None, reason: str, at: datetime
) -> int:
    """Cancel a gathering for everybody; gives how many people were told.

    Calendars show the cancellation, rooms and trainers are free again, and those who wanted the
    course keep their rank for its next date. Raises ReasonMissing, NotBookable.
    """
    if not reason.strip():
        raise ReasonMissing
    gathering = hold_gathering(session, gathering_id)
    if gathering.state in ENDED:
        raise NotBookable
    bookings = _bookings(session, gathering_id)
    people = [booking.person_id for booking in bookings]
    hold_people(session, [gathering_id], people)
    act = Act(at, by, reason.strip()[:300])
    _close(session, gathering, people, act)
    words = notices.CALLED_OFF if gathering.course_id is not None else notices.CALLED_OFF_DAY
    for booking in bookings:
        step(session, booking, BookingState.CALLED_OFF, act, expires_at=None)
        notices.tell_person(session, booking, gathering, words, at=at)
    keep_rank(session, gathering, bookings)
    told = len(bookings) + _tell_leaders(session, gathering, act)
    log_gathering(session, gathering_id, act, state=gathering.state.value)
    log_bookings(session, act)
    return told


def keep_rank(session: Session, gathering: Gathering, bookings: Iterable[Booking]) -> None:
    """Who did not get to the course waits for its next date since when they asked first.

    Two statements per person; none for trips.
    """
    if gathering.course_id is None:
        return
    for booking in bookings:
        key = {"course_id": gathering.course_id, "person_id": booking.person_id}
        if insert_ignoring_twins(session, CourseInterest, **key, since=booking.joined_at):
            continue
        wish = session.get_one(CourseInterest, (gathering.course_id, booking.person_id))
        wish.since = min(wish.since, booking.joined_at)


def _bookings(session: Session, gathering_id: int) -> Sequence[Booking]:
    return session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(BEFORE_IT_STARTS))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def _close(session: Session, gathering: Gathering, people: list[int], act: Act) -> None:
    """The gathering is off: time and rooms are free again."""
    gathering.state = GatheringState.CALLED_OFF
    gathering.called_off_at, gathering.called_off_by = act.at, act.by
    gathering.call_off_reason = act.reason
    for meeting in gathering.meetings:
        meeting.active = False
    call_off_time(session, gathering, people, at=act.at)
    session.flush()


def _tell_leaders(session: Session, gathering: Gathering, act: Act) -> int:
    leaders = {person_id for _meeting, person_id in trainers_of(session, gathering)}
    leaders |= {gathering.host_id} if gathering.host_id else set()
    return notices.tell_all(
        session,
        gathering,
        notices.CALLED_OFF_LEADER,
        to=leaders - ({act.by} if act.by else set()),
        key="called-off",
        at=act.at,
        reason=act.reason,
    )
