"""Surveys on or off: HR decides, the works council reads every decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Refusal, Stale
from app.surveys.forms.switch import SwitchForm
from app.surveys.queries import switch as queries
from app.surveys.queries.waves import today
from app.surveys.services import switch as services
from app.web.guards import actor, allow, council_or_hr, hr
from app.web.problems import translated

bp = Blueprint("survey_switch", __name__, url_prefix="/waves/switch")


@bp.get("/")
@allow(council_or_hr)
def index() -> ResponseReturnValue:
    """Whether they are on, by which agreement, and every decision so far."""
    with reading() as session:
        newest = next(iter(queries.history(session)), None)
        is_on = newest is not None and newest.is_on
        follows = newest.id if newest else 0
        usual = {"state": "on" if is_on else "off", "follows": str(follows)}
        return _page(session, SwitchForm(formdata=None, data=usual), 200)


@bp.post("/")
@allow(hr)
def decide() -> ResponseReturnValue:
    """Switch on or off."""
    form = SwitchForm()
    with unit_of_work() as session:
        if not form.validate_on_submit():
            return _page(session, form, 422)
        try:
            at = clock.now()
            day = today(session, at)
            made = services.decide(session, form.decision(), by=actor.person_id, today=day, at=at)
        except (services.AgreementMissing, services.LiesAhead) as refusal:
            form.agreed_on.errors = [translated(refusal)]
            return _page(session, form, 422)
        except Stale as refusal:
            return _again(session, form, refusal)
        except Refusal as refusal:
            form.state.errors = [translated(refusal)]
            return _page(session, form, 409)
    flash(_("Surveys are switched on.") if made.is_on else _("Surveys are switched off."))
    return redirect(url_for(".index"))


def _again(session: UnitOfWork, form: SwitchForm, refusal: Stale) -> ResponseReturnValue:
    """Somebody decided meanwhile: the page shows it; sending once more is a decision."""
    newest = next(iter(queries.history(session)), None)
    form.follows.data = str(newest.id if newest else 0)
    form.state.errors = [translated(refusal)]
    return _page(session, form, 409)


def _page(session: UnitOfWork, form: SwitchForm, status: int) -> ResponseReturnValue:
    history = queries.history(session)
    page = render_template(
        "waves/switch.html",
        form=form,
        history=history,
        now=history[0] if history else None,
        may_decide=actor.is_hr,
        may_audit=actor.is_council or actor.is_administrator,
    )
    return page, status
