"""Give a seat back, leave the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.seats import SEATED, BookingState, GatheringState
from app.domain.seats.refusals import NothingToCancel, TooLateToCancel
from app.gatherings.models import Booking, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import free_time
from app.gatherings.services.bookings.lines import hold_booking, hold_people
from app.gatherings.services.bookings.moving_up import move_up
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.recording import Act, log_bookings, step

GIVABLE = SEATED | {BookingState.REQUESTED}
ENDED = frozenset({GatheringState.OVER, GatheringState.CALLED_OFF})


def cancel(
    session: Session, booking_id: int, *, at: datetime, by: int, reason: str = ""
) -> Outcome:
    """Give back a seat (booked or requested); the next in line gets it.

    The person themselves may until `cancel_until` (or `leave_until`), else TooLateToCancel; a
    request they withdraw until the start. Anybody else excuses them, also later: before the start
    the booking is cancelled by the organiser and the seat is free again, afterwards the booking is
    excused. Raises NothingToCancel.
    """
    booking, gathering = hold_booking(session, booking_id)
    if booking.state not in GIVABLE or gathering.state in ENDED:
        raise NothingToCancel
    own = by == booking.person_id
    if own and not may_give_back(booking, gathering, at):
        raise TooLateToCancel
    before = BookingState.CANCELLED if own else BookingState.CALLED_OFF
    to = before if at < gathering.starts_at else BookingState.EXCUSED
    words = notices.CANCELLED if own else notices.EXCUSED
    return give_back(session, (booking, gathering), to, words, Act(at, by, reason))


def may_give_back(booking: Booking, gathering: Gathering, at: datetime) -> bool:
    """Whether the person may cancel by themselves now."""
    if at >= gathering.starts_at:
        return False
    if booking.state is BookingState.REQUESTED or at < gathering.cancel_until:
        return True
    return booking.leave_until is not None and at < booking.leave_until


def leave(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Leave the waiting list; possible until the start. Raises NothingToCancel."""
    booking, gathering = hold_booking(session, booking_id)
    if booking.state is not BookingState.WAITLISTED or at >= gathering.starts_at:
        raise NothingToCancel
    return give_back(
        session, (booking, gathering), BookingState.CANCELLED, notices.LEFT, Act(at, by)
    )


def give_back(
    session: Session,
    place: tuple[Booking, Gathering],
    to: BookingState,
    words: notices.Words,
    act: Act,
) -> Outcome:
    """End a place, tell the person, let the next move up."""
    booking, gathering = place
    hold_people(session, [gathering.id], [booking.person_id])
    free_time(session, gathering, [booking.person_id], at=act.at)
    step(session, booking, to, act, expires_at=None, leave_until=None)
    notices.tell_person(session, booking, gathering, words, at=act.at)
    move_up(session, gathering, act)
    log_bookings(session, act)
    return outcome_of(session, booking)
