"""The host says no to a guest, calls the day off, or hears that the customer cancelled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.seats import BEFORE_IT_STARTS, BOOKABLE, Approval, BookingState
from app.domain.seats.refusals import NothingToDecide, ReasonMissing
from app.gatherings.services import bookings
from app.gatherings.services.bookings import Outcome
from app.gatherings.services.bookings.approving import ASKED
from app.gatherings.services.bookings.cancelling import give_back
from app.gatherings.services.bookings.lines import hold_booking, hold_gathering
from app.gatherings.services.bookings.notices import HOST_DECLINED
from app.gatherings.services.bookings.recording import Act
from app.gatherings.services.trips.privacy import forget_customer, hold_trip, keep_secret


def veto(
    session: Session,
    booking_id: int,
    *,
    by: int,
    reason: str,
    at: datetime,
    means_else: bool = False,
) -> Outcome:
    """The host does not take somebody along, and says why; the next in line gets the seat.

    Who was asked for, waits, has an offer or a seat is declined by it, whether or not a lead has
    to agree. Raises ReasonMissing, CustomerNamed, NothingToDecide.
    """
    if not reason.strip():
        raise ReasonMissing
    booking, gathering = hold_booking(session, booking_id)
    keep_secret(session, gathering.id, {"reason": reason}, means_else=means_else)
    is_open = gathering.state in BOOKABLE and at < gathering.starts_at
    if not is_open or booking.state not in BEFORE_IT_STARTS:
        raise NothingToDecide
    if booking.state in ASKED and booking.approval is Approval.PENDING:
        return bookings.decline(session, booking_id, by=by, reason=reason, at=at)
    act = Act(at, by, reason.strip()[:300])
    place = (booking, gathering)
    return give_back(session, place, BookingState.DECLINED, HOST_DECLINED, act)


def call_off(
    session: Session,
    gathering_id: int,
    *,
    by: int,
    reason: str,
    at: datetime,
    means_else: bool = False,
) -> int:
    """The host calls the day off and says why; gives how many people were told.

    The customer's name is deleted with it. Raises CustomerNamed and what `bookings.call_off` does.
    """
    hold_gathering(session, gathering_id)
    keep_secret(session, gathering_id, {"reason": reason}, means_else=means_else)
    return _call_off(session, gathering_id, by=by, reason=reason, at=at)


def customer_cancelled(
    session: Session, gathering_id: int, *, by: int, reason: str, at: datetime
) -> int:
    """The customer cancelled, which is nobody's fault; gives how many people were told.

    `reason` is the sentence everybody reads, in the host's language; it is ours and names nobody.
    """
    hold_gathering(session, gathering_id)
    hold_trip(session, gathering_id).customer_cancelled = True
    return _call_off(session, gathering_id, by=by, reason=reason, at=at)


def _call_off(session: Session, gathering_id: int, *, by: int, reason: str, at: datetime) -> int:
    forget_customer(session, gathering_id, at=at)
    return bookings.call_off(session, gathering_id, by=by, reason=reason, at=at)
