"""HR looks after joint days whose host has left the company."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.joint_days import LimitOfAnother, NotOfTheTeam
from app.domain.seats.refusals import ElsewhereByNow
from app.gatherings.forms.trips import NewHostForm
from app.gatherings.queries.trips import finding, hostless
from app.gatherings.queries.trips.finding import JointDay
from app.gatherings.services import trips as services
from app.gatherings.views.trips.blueprint import KIND_LABELS, bp, found_to_call_off
from app.people.views.refused import beside
from app.queue import ring
from app.web.guards import actor, allow, hr, require


@bp.get("/without-host")
@allow(hr)
def without_host() -> ResponseReturnValue:
    """What waits for somebody to take over, or to be called off."""
    with reading() as session:
        return render_template(
            "gatherings/trips/without_host.html",
            days=hostless.without_host(session, at=clock.now()),
            kinds=KIND_LABELS,
        )


@bp.get("/<int:gathering_id>/host")
@allow(hr, scoped=True)
def new_host(gathering_id: int) -> ResponseReturnValue:
    """Who takes over; a day that has a host leads to its own page."""
    with reading() as session:
        joint = _found(session, gathering_id)
        return _page(session, joint, _form(session, joint, sent=False))


@bp.post("/<int:gathering_id>/host")
@allow(hr, scoped=True)
def name_host(gathering_id: int) -> ResponseReturnValue:
    """Hand the day over; guests hear who takes them along."""
    with reading() as session:
        joint = _found(session, gathering_id)
        form = _form(session, joint, sent=True)
        if not form.validate():
            return _page(session, joint, form, 422)
    to, by, now = form.host.data, actor.person_id, clock.now()
    try:
        with unit_of_work() as session:
            services.hand_over(session, gathering_id, to, by=by, at=now)
    except (NotOfTheTeam, LimitOfAnother, ElsewhereByNow) as refusal:
        beside(form, "host", refusal)
        with reading() as session:
            return _page(session, _found(session, gathering_id), form, 422)
    ring("mail")
    flash(_("The day has a host again and can be booked. Everybody concerned is told."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _found(session: UnitOfWork, gathering_id: int) -> JointDay:
    joint = found_to_call_off(session, gathering_id)
    require(joint.trip.host_left_at is not None)
    return joint


def _form(session: UnitOfWork, joint: JointDay, *, sent: bool) -> Any:
    form = NewHostForm() if sent else NewHostForm(formdata=None)
    today = clock.today(joint.gathering.site.timezone)
    form.offer_people(hostless.successors(session, joint.gathering, today=today))
    return form


def _page(
    session: UnitOfWork, joint: JointDay, form: Any, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "gatherings/trips/new_host.html",
        joint=joint,
        form=form,
        concerned=len(finding.guests(session, joint.gathering.id)),
    )
    return page, status
