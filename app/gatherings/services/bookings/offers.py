"""Take an offered seat, or leave it to the next in line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.seats import BookingState
from app.domain.seats.refusals import Clash, OfferIsOver
from app.gatherings.models import Booking, Gathering
from app.gatherings.queries.bookings.clashes import clashes
from app.gatherings.queries.bookings.hosting import host_team_of
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.cancelling import give_back
from app.gatherings.services.bookings.claims import FIRM, hold_time, kind_of
from app.gatherings.services.bookings.lines import (
    hold_booking,
    require_bookable,
    today_at,
    window_of,
)
from app.gatherings.services.bookings.moving_up import forget_interest
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.recording import Act, log_bookings, step


def accept_offer(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Take the seat that was offered. Raises OfferIsOver, Clash, NotBookable."""
    booking, gathering = hold_booking(session, booking_id)
    _require_open(booking, gathering, at)
    spans = [meeting.span for meeting in gathering.meetings]
    own = kind_of(gathering), [meeting.id for meeting in gathering.meetings]
    hard = clashes(session, booking.person_id, spans, besides=own).hard
    if hard:
        raise Clash(what=hard[0].title)
    host_team = host_team_of(session, gathering, today=today_at(gathering, at))
    hold_time(session, gathering, [(booking, FIRM)], at=at, host_team_id=host_team)
    forget_interest(session, gathering, booking.person_id)
    act = Act(at, by)
    step(session, booking, BookingState.BOOKED, act, expires_at=None)
    notices.tell_person(session, booking, gathering, notices.ACCEPTED, at=at)
    log_bookings(session, act)
    return outcome_of(session, booking)


def turn_down_offer(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Leave the offered seat to the next in line. Raises OfferIsOver, NotBookable."""
    booking, gathering = hold_booking(session, booking_id)
    _require_open(booking, gathering, at)
    place = booking, gathering
    return give_back(session, place, BookingState.CANCELLED, notices.TURNED_DOWN, Act(at, by))


def shorten_offers(session: Session, gathering: Gathering, act: Act) -> None:
    """After an earlier close: no offer outlasts it, and whoever has one hears until when it stands.

    The gathering is held; one that is over now runs out with the next look of the worker. One
    statement, and some per offer that changes.
    """
    ends = window_of(gathering).end
    rows = session.scalars(
        select(Booking)
        .where(
            Booking.gathering_id == gathering.id,
            Booking.state == BookingState.OFFERED,
            Booking.expires_at > ends,
        )
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()
    own = act.by_itself()
    for booking in rows:
        step(session, booking, BookingState.OFFERED, own, expires_at=ends)
        notices.tell_person(session, booking, gathering, notices.OFFERED, at=act.at, until=ends)


def _require_open(booking: Booking, gathering: Gathering, at: datetime) -> None:
    """An offer stands until its moment or the close, whether or not the worker has looked since."""
    require_bookable(gathering)
    ends = min(booking.expires_at or at, window_of(gathering).end)
    if booking.state is not BookingState.OFFERED or at >= ends:
        raise OfferIsOver
