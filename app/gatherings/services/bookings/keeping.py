"""What time alone brings: questions run out, seats go on, minimums are looked at, things are over.

Who has left the company keeps no seat from those who wait.

Everything may run at any time and any number of times, by several workers: each acts under the
row of the gathering and finds nothing left of what another has done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.seats import BEFORE_IT_STARTS, BOOKABLE, BookingState, GatheringState
from app.gatherings.models import Booking, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import free_time
from app.gatherings.services.bookings.lines import hold_gathering, hold_people, today_at
from app.gatherings.services.bookings.minimums import look_at_minimum
from app.gatherings.services.bookings.moving_up import move_up
from app.gatherings.services.bookings.ranks import come_first, hold_with_others, use_up_rank
from app.gatherings.services.bookings.recording import Act, log_bookings, log_gathering, step
from app.gatherings.services.bookings.reminding import remind_leads
from app.people.models import Person

OPEN = (BookingState.REQUESTED, BookingState.OFFERED)
WORDS = {
    BookingState.REQUESTED: notices.REQUEST_EXPIRED,
    BookingState.OFFERED: notices.OFFER_EXPIRED,
}
LIST_OVER = notices.Outlook(
    of_day=notices.LIST_OVER_DAY,
    none=notices.LIST_OVER,
    one=notices.LIST_OVER_NEXT,
    many=notices.LIST_OVER_DATES,
)


def keep(session: Session, gathering_id: int, *, at: datetime) -> int:
    """Do what is due for one gathering; gives how many bookings changed. Safe at any time."""
    gathering, others = _hold(session, gathering_id, at=at)
    if gathering.state not in BOOKABLE:
        return 0
    run_out = _run_out(session, gathering, at=at, has_begun=others is not None)
    gone = _gone(session, gathering, at=at)
    hold_people(session, [gathering_id], [booking.person_id for booking in (*run_out, *gone)])
    act = Act(at)
    _end(session, gathering, run_out, others or (), act)
    _let_go(session, gathering, gone, act)
    move_up(session, gathering, act)
    remind_leads(session, gathering, at=at)
    settled = look_at_minimum(session, gathering, at=at)
    if gathering.ends_at <= at:
        gathering.state, settled = GatheringState.OVER, True
    if settled:
        log_gathering(session, gathering_id, act, state=gathering.state.value)
    log_bookings(session, act)
    return len(act.done)


def _hold(
    session: Session, gathering_id: int, *, at: datetime
) -> tuple[Gathering, list[Gathering] | None]:
    """Lock it; once it has begun together with the other dates, where who waits here comes first.

    None for the others until then. One that is moved in this very moment is looked at again soon.
    """
    starts_at = session.scalar(select(Gathering.starts_at).where(Gathering.id == gathering_id))
    if starts_at is None or starts_at > at:
        return hold_gathering(session, gathering_id), None
    gathering, others = hold_with_others(session, gathering_id, at=at)
    return gathering, others if gathering.starts_at <= at else None


def _run_out(
    session: Session, gathering: Gathering, *, at: datetime, has_begun: bool
) -> Sequence[Booking]:
    """Questions nobody answered in time, and once it begins everybody who still waits."""
    over: list[ColumnElement[bool]] = [Booking.state.in_(OPEN) & (Booking.expires_at <= at)]
    if has_begun:
        over.append(Booking.state.in_((*OPEN, BookingState.WAITLISTED)))
    return session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering.id, or_(*over))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def _gone(session: Session, gathering: Gathering, *, at: datetime) -> Sequence[Booking]:
    """Before it begins: places of people whose employment has ended, run-out questions aside."""
    if gathering.starts_at <= at:
        return ()
    return session.scalars(
        select(Booking)
        .join(Person, Person.id == Booking.person_id)
        .where(
            Booking.gathering_id == gathering.id,
            Booking.state.in_(BEFORE_IT_STARTS),
            or_(Booking.expires_at.is_(None), Booking.expires_at > at),
            Person.left_on <= today_at(gathering, at),
        )
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def _let_go(session: Session, gathering: Gathering, gone: Sequence[Booking], act: Act) -> None:
    if gone:
        free_time(session, gathering, [booking.person_id for booking in gone], at=act.at)
    for booking in gone:
        step(session, booking, BookingState.CANCELLED, act, expires_at=None, leave_until=None)
        notices.tell_person(session, booking, gathering, notices.EXCUSED, at=act.at)


def _end(
    session: Session,
    gathering: Gathering,
    run_out: Sequence[Booking],
    others: Sequence[Gathering],
    act: Act,
) -> None:
    if not run_out:
        return
    at = act.at
    free_time(session, gathering, [booking.person_id for booking in run_out], at=at)
    unanswered = {one.person_id for one in run_out if one.state is BookingState.OFFERED}
    use_up_rank(session, gathering, unanswered)  # they could have had a seat
    next_dates: dict[int, list[Gathering]] = {}
    if gathering.starts_at <= at:
        never = [one for one in run_out if one.person_id not in unanswered]
        next_dates = come_first(session, gathering, never, others, at=at)
    for booking in run_out:
        words, more = _words(booking, gathering, next_dates.get(booking.person_id, ()), at=at)
        step(session, booking, BookingState.EXPIRED, act, expires_at=None)
        notices.tell_person(session, booking, gathering, words, at=at, **more)


def _words(
    booking: Booking, gathering: Gathering, dates: Sequence[Gathering], *, at: datetime
) -> tuple[notices.Words, dict[str, object]]:
    """What ran out; whoever got no seat until the start hears of the next dates instead."""
    if booking.state is BookingState.OFFERED or at < gathering.starts_at:
        return WORDS[booking.state], {}
    words, more = notices.naming(LIST_OVER, gathering, dates)
    if booking.state is BookingState.REQUESTED:
        words = replace(words, title=notices.REQUEST_EXPIRED.title, must_know=True)
    return words, more
