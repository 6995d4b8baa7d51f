"""Give a seat back, leave the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.seats import SEATED, BookingState, GatheringState
from app.domain.seats.refusals import NothingToCancel, ReasonMissing, TooLateToCancel
from app.gatherings.models import Booking, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import free_time
from app.gatherings.services.bookings.lines import hold_booking, hold_people
from app.gatherings.services.bookings.moving_up import move_up
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.ranks import use_up_rank
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
    if not may_be_excused(booking, gathering):
        raise NothingToCancel
    own = by == booking.person_id
    if own and not may_give_back(booking, gathering, at):
        raise TooLateToCancel
    before = BookingState.CANCELLED if own else BookingState.CALLED_OFF
    to = before if at < gathering.starts_at else BookingState.EXCUSED
    words = notices.CANCELLED if own else _words_of(gathering, by, reason)
    return give_back(session, (booking, gathering), to, words, Act(at, by, reason))


def excuse(session: Session, booking_id: int, *, by: int, reason: str, at: datetime) -> Outcome:
    """Somebody who answers for the person takes their seat back, also after the last moment.

    Before the start the next in line gets it. Raises ReasonMissing, NothingToCancel.
    """
    if not reason.strip():
        raise ReasonMissing
    return cancel(session, booking_id, by=by, reason=reason.strip()[:300], at=at)


def _words_of(gathering: Gathering, by: int, reason: str) -> notices.Words:
    """A host takes somebody along or not; everybody else excuses them."""
    if by == gathering.host_id:
        return notices.HOST_DECLINED
    return notices.EXCUSED_BY if reason else notices.EXCUSED


def may_be_excused(booking: Booking, gathering: Gathering) -> bool:
    """Whether there is a seat, or a request that holds one, to be given back."""
    return booking.state in GIVABLE and gathering.state not in ENDED


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
    if act.by == booking.person_id:
        use_up_rank(session, gathering, [booking.person_id])
    step(session, booking, to, act, expires_at=None, leave_until=None)
    notices.tell_person(session, booking, gathering, words, at=act.at)
    move_up(session, gathering, act)
    log_bookings(session, act)
    return outcome_of(session, booking)
