"""Three taps after a day together: told per pair of teams only, never per day or person."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.voices import NotYourTurn, is_time
from app.gatherings.forms.voices import PulseForm
from app.gatherings.queries import voices as queries
from app.gatherings.queries.pulse import teams_of_day
from app.gatherings.services import voices as services
from app.web.guards import actor, allow, require, signed_in
from app.web.problems import translated

bp = Blueprint("pulse", __name__, url_prefix="/pulse")


@bp.get("/days/<int:gathering_id>")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """The three taps for host and guests of a day that is over."""
    with reading() as session:
        _teams(session, gathering_id)
        has_tapped = queries.has_tapped(session, services.contact_of(gathering_id), actor.person_id)
    return _page(gathering_id, PulseForm(formdata=None), 200, has_tapped=has_tapped)


@bp.post("/days/<int:gathering_id>")
@allow(signed_in, scoped=True)
def give(gathering_id: int) -> ResponseReturnValue:
    """Hand them in, once."""
    form = PulseForm()
    if not form.validate_on_submit():
        with reading() as session:
            _teams(session, gathering_id)
        return _page(gathering_id, form, 422)
    now = clock.now()
    try:
        with unit_of_work() as session:
            teams = _teams(session, gathering_id)
            contact = services.contact_of(gathering_id)
            services.give_pulse(session, contact, actor.person_id, teams, form.taps(), at=now)
    except NotYourTurn as refusal:
        flash(translated(refusal), "warning")
        return redirect(url_for(".show", gathering_id=gathering_id))
    flash(_("Thank you. It counts for the two teams, without your name."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id))


def _teams(session: UnitOfWork, gathering_id: int) -> tuple[int, int]:
    """The own team and the other one; 404 for who was not there or is too late."""
    day = teams_of_day(session, gathering_id, actor.person_id) or abort(404)
    require(is_time(day.ended_at, clock.now()))
    return day.own, day.other


def _page(
    gathering_id: int, form: PulseForm, status: int, *, has_tapped: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "gatherings/pulse/page.html", gathering_id=gathering_id, form=form, has_tapped=has_tapped
    )
    return page, status
