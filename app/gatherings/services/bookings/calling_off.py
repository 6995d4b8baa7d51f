"""Cancel a gathering for everybody, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.seats import BEFORE_IT_STARTS, BookingState, GatheringState
from app.domain.seats.refusals import NotBookable, ReasonMissing
from app.gatherings.models import Booking, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.cancelling import ENDED
from app.gatherings.services.bookings.claims import call_off_time, trainers_of
from app.gatherings.services.bookings.lines import hold_people
from app.gatherings.services.bookings.ranks import come_first, hold_with_others
from app.gatherings.services.bookings.recording import Act, log_bookings, log_gathering, step

WORDS = notices.Outlook(
    of_day=notices.CALLED_OFF_DAY,
    none=notices.CALLED_OFF,
    one=notices.CALLED_OFF_NEXT,
    many=notices.CALLED_OFF_DATES,
)


def call_off(
    session: Session, gathering_id: int, *, by: int | None, reason: str, at: datetime
) -> int:
    """Cancel a gathering for everybody; gives how many people were told.

    Calendars show the cancellation, rooms and trainers are free again. Those who wanted the course
    keep their rank for its next date: where one is announced on which they could come, it is named
    to them, and for some working days its free seats are theirs first. Raises ReasonMissing,
    NotBookable.
    """
    if not reason.strip():
        raise ReasonMissing
    gathering, others = hold_with_others(session, gathering_id, at=at)
    if gathering.state in ENDED:
        raise NotBookable
    bookings = _bookings(session, gathering_id)
    people = [booking.person_id for booking in bookings]
    hold_people(session, [gathering_id], people)
    act = Act(at, by, reason.strip()[:300])
    _close(session, gathering, people, act)
    next_dates = come_first(session, gathering, bookings, others, at=at)
    for booking in bookings:
        words, more = notices.naming(WORDS, gathering, next_dates.get(booking.person_id, ()))
        step(session, booking, BookingState.CALLED_OFF, act, expires_at=None)
        notices.tell_person(session, booking, gathering, words, at=at, **more)
    told = len(bookings) + _tell_leaders(session, gathering, act)
    log_gathering(session, gathering_id, act, state=gathering.state.value)
    log_bookings(session, act)
    return told


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
