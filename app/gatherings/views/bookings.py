"""One's own seat: book it, give it back, answer an offer, leave the waiting list."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, unit_of_work
from app.domain.seats import BookingState
from app.domain.seats.refusals import NotThere
from app.gatherings.access import bookings as access
from app.gatherings.queries.bookings import place_held
from app.gatherings.services import bookings as services
from app.gatherings.services.bookings import Outcome
from app.queue import ring
from app.web.guards import actor, allow, require, signed_in

bp = Blueprint("bookings", __name__)


@bp.post("/sessions/<int:gathering_id>/book")
@allow(signed_in, scoped=True)
def book(gathering_id: int) -> ResponseReturnValue:
    """Book a seat, or join the waiting list; sessions and joint days alike."""
    try:
        with unit_of_work() as session:
            outcome = services.book(session, gathering_id, actor.person_id, at=clock.now())
    except NotThere:
        abort(404)
    if outcome.state is not BookingState.BOOKED:  # a seat of one's own needs no haste
        ring("mail")
    flash(_answer(outcome), "success" if not outcome.is_waiting else "info")
    return redirect(outcome.path)


@bp.post("/bookings/<int:booking_id>/cancel")
@allow(signed_in, scoped=True)
def cancel(booking_id: int) -> ResponseReturnValue:
    """Give a seat back, or withdraw a request."""
    return _act(booking_id, services.cancel, _("Your booking is cancelled."))


@bp.post("/bookings/<int:booking_id>/leave")
@allow(signed_in, scoped=True)
def leave(booking_id: int) -> ResponseReturnValue:
    """Leave the waiting list."""
    return _act(booking_id, services.leave, _("You left the waiting list."))


@bp.post("/bookings/<int:booking_id>/accept")
@allow(signed_in, scoped=True)
def accept(booking_id: int) -> ResponseReturnValue:
    """Take an offered seat."""
    return _act(booking_id, services.accept_offer, _("The seat is yours."))


@bp.post("/bookings/<int:booking_id>/turn-down")
@allow(signed_in, scoped=True)
def turn_down(booking_id: int) -> ResponseReturnValue:
    """Leave an offered seat to the next in line."""
    return _act(
        booking_id, services.turn_down_offer, _("The seat goes to the next in line. Thank you.")
    )


def _act(booking_id: int, service: Callable[..., Outcome], done: str) -> ResponseReturnValue:
    """Carry out an act on one's own booking; a refusal is shown where the person came from."""
    with unit_of_work() as session:
        path = _own(session, booking_id)
        service(session, booking_id, at=clock.now(), by=actor.person_id)
    ring("mail")
    flash(done, "success")
    return redirect(path)


def _own(session: UnitOfWork, booking_id: int) -> str:
    """The page of the gathering, once it is sure that the booking is the actor's own."""
    place = place_held(session, booking_id)
    require(access.is_own(actor, place.person_id))
    return place.path


def _answer(outcome: Outcome) -> str:
    if outcome.state is BookingState.WAITLISTED:
        place = outcome.place or 1
        return str(_("You are number %(place)s on the waiting list.", place=place))
    if outcome.state is BookingState.REQUESTED:
        return str(_("Your lead is asked. Your seat is kept until the answer."))
    if outcome.state is BookingState.OFFERED:
        return str(_("A seat is kept for you. Please take it or turn it down."))
    return str(_("You have a seat."))
