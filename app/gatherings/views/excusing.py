"""Excuse somebody from a seat: their lead, a deputy or HR, also after the last moment."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal
from app.gatherings.access import bookings as access
from app.gatherings.access.sessions import may_see_participants
from app.gatherings.forms.approvals import ExcuseForm
from app.gatherings.models import Booking
from app.gatherings.queries.approvals import title
from app.gatherings.queries.bookings.finding import find_with_leaders
from app.gatherings.services import bookings as services
from app.queue import ring
from app.web.guards import actor, allow, lead_or_hr, require
from app.web.locale import chosen_locale

bp = Blueprint("excusing", __name__, url_prefix="/bookings")


@bp.get("/<int:booking_id>/excuse")
@allow(lead_or_hr, scoped=True)
def show(booking_id: int) -> ResponseReturnValue:
    """Whose seat it is, what comes of it, and the reason."""
    with reading() as session:
        return _page(session, booking_id, ExcuseForm(formdata=None), clock.now())


@bp.post("/<int:booking_id>/excuse")
@allow(lead_or_hr, scoped=True)
def excuse(booking_id: int) -> ResponseReturnValue:
    """Take the seat back for them; the next in line gets it, and the person is told why."""
    form, now = ExcuseForm(), clock.now()
    try:
        with unit_of_work() as session:
            booking = _found(session, booking_id)
            name, back = booking.person.name, _back(booking)
            if not form.validate():
                return _page(session, booking_id, form, now), 422
            services.excuse(
                session, booking_id, by=actor.person_id, reason=form.reason.data, at=now
            )
    except Refusal as refusal:
        form.show(refusal)
        with reading() as session:
            return _page(session, booking_id, form, now), refusal.status
    ring("mail")
    flash(_("%(name)s is excused and told why.", name=name), "success")
    return redirect(back, 303)


def _found(session: UnitOfWork, booking_id: int) -> Booking:
    """The booking, or 404 when it is not there or not theirs to excuse."""
    booking = find_with_leaders(session, booking_id) or abort(404)
    require(access.may_excuse(actor, booking))
    return booking


def _back(booking: Booking) -> str:
    """The list of participants for those who see it, else the seats of the own teams."""
    gathering = booking.gathering
    if gathering.course_id is not None and may_see_participants(actor, gathering):
        return url_for("sessions.participants", gathering_id=gathering.id)
    return url_for("approvals.seated")


def _page(session: UnitOfWork, booking_id: int, form: ExcuseForm, now: datetime) -> str:
    booking = _found(session, booking_id)
    return render_template(
        "gatherings/approvals/excuse.html",
        form=form,
        booking=booking,
        gathering=booking.gathering,
        title=title(booking.gathering, chosen_locale()),
        is_open=services.may_be_excused(booking, booking.gathering),
        has_begun=booking.gathering.starts_at <= now,
        back=_back(booking),
    )
