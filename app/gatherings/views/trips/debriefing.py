"""Look back at a joint day on a phone, and keep what was promised."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.customer_names import CustomerNamed
from app.domain.insights import NobodyAnswers
from app.domain.joint_days import DEBRIEF_WITHIN, ObservationMissing
from app.domain.seats import GatheringState
from app.gatherings.access import trips as access
from app.gatherings.forms.debriefs import debrief_form
from app.gatherings.queries.trips import debriefs, finding
from app.gatherings.queries.trips.addressees import addressees
from app.gatherings.queries.trips.finding import THERE, JointDay
from app.gatherings.services import trips as services
from app.gatherings.views.trips.blueprint import bp, found
from app.gatherings.views.trips.naming import beside_name
from app.people.views.refused import beside
from app.queue import ring
from app.web.guards import actor, allow, require, signed_in


def _found(session: UnitOfWork, gathering_id: int) -> JointDay:
    joint = found(session, gathering_id)
    require(access.is_of_it(actor, joint.gathering, finding.there(session, gathering_id)))
    require(joint.gathering.state is not GatheringState.CALLED_OFF)
    return joint


def _form(session: UnitOfWork, joint: JointDay, *, sent: bool) -> Any:
    form = debrief_form()() if sent else debrief_form()(formdata=None)
    guests = finding.guests(session, joint.gathering.id)
    people = [guest.person for guest in guests if guest.booking.state in THERE]
    form.offer_owners([joint.gathering.host, *people] if joint.gathering.host else people)
    today = clock.today(joint.gathering.site.timezone)
    form.known = addressees(session, joint.gathering, actor.person_id, today=today)
    form.offer_teams(form.known)
    return form


def _page(joint: JointDay, form: Any, status: int = 200) -> ResponseReturnValue:
    gathering = joint.gathering
    page = render_template(
        "gatherings/trips/debrief.html",
        joint=joint,
        form=form,
        to={side.value: options for side, options in form.known.by_side.items()},
        due_at=gathering.ends_at + DEBRIEF_WITHIN,
        is_open=gathering.ends_at <= clock.now(),
        name_is_gone=joint.trip.customer_deleted_at is not None,
    )
    return page, status


@bp.get("/<int:gathering_id>/debrief")
@allow(signed_in, scoped=True)
def debrief(gathering_id: int) -> ResponseReturnValue:
    """The form; once it was sent, the page of the day shows what was written."""
    with reading() as session:
        joint = _found(session, gathering_id)
        row = debriefs.debrief_of(session, gathering_id, actor.person_id)
        if row is not None and row.written_at is not None:
            return redirect(url_for(".show", gathering_id=gathering_id))
        return _page(joint, _form(session, joint, sent=False))


@bp.post("/<int:gathering_id>/debrief")
@allow(signed_in, scoped=True)
def write(gathering_id: int) -> ResponseReturnValue:
    """Hand it in; the customer's name is deleted with the last one."""
    with reading() as session:
        joint = _found(session, gathering_id)
        form = _form(session, joint, sent=True)
        if not form.validate():
            return _page(joint, form, 422)
    try:
        with unit_of_work() as session:
            _found(session, gathering_id)
            by, now = actor.person_id, clock.now()
            services.write_debrief(session, gathering_id, form.said(), by=by, at=now)
    except CustomerNamed as refusal:
        beside_name(form, refusal)
        return _page(joint, form, 422)
    except (ObservationMissing, NobodyAnswers) as refusal:
        beside(form, "observation_1", refusal)
        return _page(joint, form, 422)
    ring("mail")
    flash(_("Thank you. What Marketing or Sales should know is on its way to them."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


@bp.post("/promises/<int:promise_id>/kept")
@allow(signed_in, scoped=True)
def kept(promise_id: int) -> ResponseReturnValue:
    """Who promised says that it is kept."""
    with unit_of_work() as session:
        promise = debriefs.find_promise(session, promise_id) or abort(404)
        require(access.may_keep(actor, promise))
        text = request.form.get("version", "")
        opened_on = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004
        by, now = actor.person_id, clock.now()
        services.keep_promise(session, promise, opened_on=opened_on, by=by, at=now)
        path = url_for(".show", gathering_id=promise.debrief.gathering_id)
    flash(_("Well done."), "success")
    return redirect(path, 303)
