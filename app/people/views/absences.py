"""My days away: time only."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import Refusal
from app.people.forms.own import AbsenceForm
from app.people.queries import absences as queries
from app.people.services import absences as services
from app.people.views.refused import beside
from app.web.guards import actor, allow, signed_in

bp = Blueprint("absences", __name__, url_prefix="/absences")


@bp.get("")
@allow(signed_in, scoped=True)
def index() -> ResponseReturnValue:
    """My absences to come, and the form for another."""
    return _page(AbsenceForm())


def _page(form: AbsenceForm, *, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        found = queries.of(session, actor.person_id, after=clock.now().date())
        return render_template("absences/index.html", form=form, absences=found), status


@bp.post("")
@allow(signed_in, scoped=True)
def add() -> ResponseReturnValue:
    """Note days away."""
    form = AbsenceForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        with unit_of_work() as session:
            days = services.days_of(form.first.data, form.last.data)
            services.add(session, actor.person_id, days, at=clock.now())
    except Refusal as refusal:
        beside(form, "first", refusal)
        return _page(form, status=refusal.status)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:absence_id>/remove")
@allow(signed_in, scoped=True)
def remove(absence_id: int) -> ResponseReturnValue:
    """Take an absence of mine back."""
    with unit_of_work() as session:
        absence = queries.own(session, actor.person_id, absence_id) or abort(404)
        services.remove(session, absence, at=clock.now())
    flash(_("Removed."), "success")
    return redirect(url_for(".index"), 303)
