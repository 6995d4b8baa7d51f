"""Offer a joint day, change it, call it off, say no to a guest, and set the monthly limit."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.customer_names import CustomerNamed
from app.domain.joint_days import NotAHost
from app.domain.refusals import Stale
from app.domain.seats.refusals import ReasonMissing
from app.gatherings.forms.naming import TripCallOffForm, VetoForm
from app.gatherings.forms.trips import (
    REFUSED,
    LimitForm,
    TripForm,
    first_day,
    stored_trip,
    usual_trip,
)
from app.gatherings.queries.bookings import place_held
from app.gatherings.queries.trips import finding, hosts
from app.gatherings.queries.trips.finding import JointDay
from app.gatherings.services import trips as services
from app.gatherings.views.trips.blueprint import (
    KIND_LABELS,
    bp,
    found_as_host,
    found_to_call_off,
    found_to_edit,
)
from app.gatherings.views.trips.browsing import show_page
from app.gatherings.views.trips.naming import beside_name, beside_offer
from app.queue import ring
from app.web.conflicts import differences
from app.web.guards import actor, allow, require, signed_in
from app.web.locale import chosen_locale


def _today() -> date:
    return clock.today(actor.zone)


def _host(session: UnitOfWork) -> hosts.Host:
    host = hosts.host(session, actor.person_id, today=_today())
    if host is None:
        raise NotAHost
    return host


def _fields(form: Any, zone: ZoneInfo) -> services.TripFields | None:
    fields: services.TripFields | None = form.fields(zone, locale=chosen_locale())
    return fields


@bp.get("/new")
@allow(signed_in)
def new() -> ResponseReturnValue:
    """The form of an offer, for people of the two sides."""
    with reading() as session:
        host = hosts.host(session, actor.person_id, today=_today())
        if host is None:
            flash(_(NotAHost.msgid), "info")
            return redirect(url_for(".index"))
        day = first_day(_today())
        return _form_page(TripForm(formdata=None, data=usual_trip(day)), host)


@bp.post("/")
@allow(signed_in)
def create() -> ResponseReturnValue:
    """Offer it; from then on it can be booked."""
    form = TripForm()
    with reading() as session:
        host = _host(session)
        fields = _fields(form, host.site.timezone) if form.validate() else None
        if fields is None:
            return _form_page(form, host, status=422)
    try:
        with unit_of_work() as session:
            made = services.offer(session, _host(session), fields, at=clock.now())
            path = url_for(".show", gathering_id=made.id)
    except REFUSED as refusal:
        beside_offer(form, refusal)
        return _form_page(form, host, status=422)
    ring("mail")
    flash(_("Thank you. People of other departments can book it from now on."), "success")
    return redirect(path, 303)


@bp.get("/<int:gathering_id>/edit")
@allow(signed_in, scoped=True)
def edit(gathering_id: int) -> ResponseReturnValue:
    """The offer as it stands, to be changed by its host."""
    with reading() as session:
        joint = found_to_edit(session, gathering_id)
        return _form_page(_edit_form(joint), _host(session), joint=joint)


def _edit_form(joint: JointDay | None = None) -> Any:
    form = TripForm(formdata=None, data=stored_trip(joint)) if joint else TripForm()
    del form.needs_approval
    return form


@bp.post("/<int:gathering_id>/edit")
@allow(signed_in, scoped=True)
def save(gathering_id: int) -> ResponseReturnValue:
    """Keep the changes; who booked hears of another time or place."""
    form = _edit_form()
    with reading() as session:
        joint, host = found_to_edit(session, gathering_id), _host(session)
        zone = joint.gathering.site.timezone
        fields = _fields(form, zone) if form.validate() else None
        if fields is None:
            return _form_page(form, host, joint=joint, status=422)
    try:
        with unit_of_work() as session:
            found_to_edit(session, gathering_id)
            by, now = actor.person_id, clock.now()
            opened_on = form.opened_on
            services.change(session, gathering_id, fields, opened_on=opened_on, by=by, at=now)
    except Stale:
        return _both(gathering_id, form, host)
    except REFUSED as refusal:
        beside_offer(form, refusal)
        return _form_page(form, host, joint=joint, status=422)
    ring("mail")
    flash(_("Saved."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _both(gathering_id: int, form: Any, host: hosts.Host) -> ResponseReturnValue:
    """The form again with both versions; sending it once more is a decision."""
    with reading() as session:
        joint = found_as_host(session, gathering_id)
        both = differences(form, _edit_form(joint))
        form.version.data = str(joint.trip.version)
        return _form_page(form, host, joint=joint, status=409, conflict=both)


def _form_page(
    form: Any, host: hosts.Host, *, joint: JointDay | None = None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    page = render_template(
        "gatherings/trips/form.html", form=form, host=host, joint=joint, kinds=KIND_LABELS, **more
    )
    return page, status


@bp.get("/<int:gathering_id>/call-off")
@allow(signed_in, scoped=True)
def ask_to_call_off(gathering_id: int) -> ResponseReturnValue:
    """Why it does not take place; a customer who cancelled is reason enough."""
    with reading() as session:
        joint = found_to_call_off(session, gathering_id)
        return _call_off_page(session, joint, TripCallOffForm(formdata=None))


def _call_off_page(
    session: UnitOfWork, joint: JointDay, form: TripCallOffForm, status: int = 200
) -> ResponseReturnValue:
    number = len(finding.guests(session, joint.gathering.id))
    page = render_template(
        "gatherings/trips/call_off.html", joint=joint, form=form, concerned=number
    )
    return page, status


@bp.post("/<int:gathering_id>/call-off")
@allow(signed_in, scoped=True)
def call_off(gathering_id: int) -> ResponseReturnValue:
    """Call it off for everybody, with a reason."""
    form = TripCallOffForm()
    with reading() as session:
        joint = found_to_call_off(session, gathering_id)
        if not form.validate():
            return _call_off_page(session, joint, form, 422)
    try:
        with unit_of_work() as session:
            found_to_call_off(session, gathering_id)
            told = services.call_off(
                session,
                gathering_id,
                by=actor.person_id,
                reason=form.reason.data,
                at=clock.now(),
                means_else=form.means_else.data,
            )
    except CustomerNamed as refusal:
        beside_name(form, refusal)
        with reading() as session:
            return _call_off_page(session, found_to_call_off(session, gathering_id), form, 422)
    return _called_off(gathering_id, told)


@bp.post("/<int:gathering_id>/customer-cancelled")
@allow(signed_in, scoped=True)
def customer_cancelled(gathering_id: int) -> ResponseReturnValue:
    """The customer cancelled: one press, no explanation, nobody's fault."""
    reason = _("The customer cancelled; nobody is to blame.")
    with unit_of_work() as session:
        found_as_host(session, gathering_id)
        by = actor.person_id
        told = services.customer_cancelled(
            session, gathering_id, by=by, reason=reason, at=clock.now()
        )
    return _called_off(gathering_id, told)


def _called_off(gathering_id: int, told: int) -> ResponseReturnValue:
    ring("mail")
    flash(_("It is called off."), "success")
    if told:
        flash(ngettext("%(num)s person is told.", "%(num)s people are told.", told), "info")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


@bp.post("/<int:gathering_id>/guests/<int:booking_id>/decline")
@allow(signed_in, scoped=True)
def decline(gathering_id: int, booking_id: int) -> ResponseReturnValue:
    """Not take somebody along, with a reason."""
    form = VetoForm()
    with reading() as session:
        joint = found_as_host(session, gathering_id)
        path = url_for(".show", gathering_id=joint.gathering.id)
        require(place_held(session, booking_id).path == path)
        if not form.validate():
            return show_page(session, gathering_id, 422, veto=form, vetoed=booking_id)
    try:
        with unit_of_work() as session:
            found_as_host(session, gathering_id)
            services.veto(
                session,
                booking_id,
                by=actor.person_id,
                reason=form.reason.data,
                at=clock.now(),
                means_else=form.means_else.data,
            )
    except (CustomerNamed, ReasonMissing) as refusal:
        return _veto_again(gathering_id, booking_id, form, refusal)
    ring("mail")
    flash(_("Your guest is told why."), "success")
    return redirect(path, 303)


def _veto_again(
    gathering_id: int, booking_id: int, form: VetoForm, refusal: CustomerNamed | ReasonMissing
) -> ResponseReturnValue:
    """The page of the day with what was typed, and the no beside it."""
    if isinstance(refusal, CustomerNamed):
        beside_name(form, refusal)
    else:
        form.show(refusal)
    with reading() as session:
        return show_page(session, gathering_id, 422, veto=form, vetoed=booking_id)


@bp.get("/limit")
@allow(signed_in)
def limit() -> ResponseReturnValue:
    """How many joint days the visitor offers in a month."""
    with reading() as session:
        return _limit_page(_limit_form(session))


def _limit_form(session: UnitOfWork) -> LimitForm:
    found = hosts.limit(session, actor.person_id)
    number = hosts.per_month(session, actor.person_id)
    data = {"per_month": number, "version": str(found.version if found else 0)}
    return LimitForm(formdata=None, data=data)


def _limit_page(form: LimitForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return render_template("gatherings/trips/limit.html", form=form, **more), status


@bp.post("/limit")
@allow(signed_in)
def save_limit() -> ResponseReturnValue:
    """Set the limit."""
    form = LimitForm()
    if not form.validate():
        return _limit_page(form, 422)
    try:
        with unit_of_work() as session:
            number, opened_on = form.per_month.data, form.opened_on
            services.set_limit(
                session, actor.person_id, number, opened_on=opened_on, at=clock.now()
            )
    except Stale:
        with reading() as session:
            stored = _limit_form(session)
        both = differences(form, stored)
        form.version.data = stored.version.data
        return _limit_page(form, 409, conflict=both)
    flash(_("Saved."), "success")
    return redirect(url_for(".mine"), 303)
