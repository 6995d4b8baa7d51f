"""The remedy catalogue: read by those who answer weak results, written by HR."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Stale
from app.health.forms.actions import RemedyForm
from app.health.models import Remedy
from app.health.queries import actions
from app.health.queries import remedies as queries
from app.health.services import remedies as services
from app.health.wording import KIND_LABELS, LABEL_OF
from app.web.conflicts import Difference, differences
from app.web.guards import actor, allow, hr, lead_sponsor_or_hr
from app.web.locale import chosen_locale

bp = Blueprint("remedies", __name__, url_prefix="/remedies")

KINDS = {kind.value: label for kind, label in KIND_LABELS.items()}


@bp.get("/")
@allow(lead_sponsor_or_hr)
def index() -> ResponseReturnValue:
    """What helps against which weak dimension."""
    with reading() as session:
        found = queries.every(session)
    by_dimension = {
        key: [remedy for remedy in found if remedy.dimension == key] for key in LABEL_OF
    }
    return render_template(
        "health/remedies.html",
        by_dimension=by_dimension,
        label_of=LABEL_OF,
        kinds=KIND_LABELS,
        locale=chosen_locale(),
        may_edit=actor.is_hr,
        today=clock.today(actor.zone),
    )


@bp.get("/new")
@allow(hr)
def new() -> ResponseReturnValue:
    """An empty form."""
    with reading() as session:
        return _page(_form(session, RemedyForm(formdata=None)), None, 200)


@bp.post("/new")
@allow(hr)
def create() -> ResponseReturnValue:
    """Put a remedy into the catalogue."""
    with reading() as session:
        form = _form(session, RemedyForm())
    if not form.validate_on_submit():
        return _page(form, None, 422)
    with unit_of_work() as session:
        services.add(session, form.draft(), by=actor.person_id, at=clock.now())
    flash(_("The remedy is in the catalogue."), "success")
    return redirect(url_for(".index"))


@bp.get("/<int:remedy_id>/edit")
@allow(hr, scoped=True)
def edit(remedy_id: int) -> ResponseReturnValue:
    """The form with what is stored."""
    with reading() as session:
        remedy = _found(session, remedy_id)
        return _page(_form(session, RemedyForm(formdata=None, obj=remedy)), remedy, 200)


@bp.post("/<int:remedy_id>/edit")
@allow(hr, scoped=True)
def update(remedy_id: int) -> ResponseReturnValue:
    """Change a remedy; a newer version is shown beside the input."""
    with reading() as session:
        form = _form(session, RemedyForm())
        remedy = _found(session, remedy_id)
    if not form.validate_on_submit():
        return _page(form, remedy, 422)
    try:
        with unit_of_work() as session:
            stored = _found(session, remedy_id)
            services.revise(
                session,
                stored,
                form.draft(),
                opened_on=form.opened_on,
                by=actor.person_id,
                at=clock.now(),
            )
    except Stale:
        with reading() as session:
            remedy = _found(session, remedy_id)
            both = _both(session, form, remedy)
        return _page(form, remedy, 409, conflict=both)
    flash(_("The remedy is saved."), "success")
    return redirect(url_for(".index"))


@bp.post("/<int:remedy_id>/retire")
@allow(hr, scoped=True)
def retire(remedy_id: int) -> ResponseReturnValue:
    """Take a remedy off the list, or put it back."""
    with unit_of_work() as session:
        remedy = _found(session, remedy_id)
        on = None if remedy.retired_on else clock.today(actor.zone)
        services.retire(session, remedy, on=on, by=actor.person_id, at=clock.now())
    flash(_("The remedy is off the list.") if on else _("The remedy is on the list again."))
    return redirect(url_for(".index"))


def _found(session: UnitOfWork, remedy_id: int) -> Remedy:
    return queries.find(session, remedy_id) or abort(404)


def _form(session: UnitOfWork, form: RemedyForm) -> RemedyForm:
    return form.offer(LABEL_OF, KINDS, actions.courses(session, today=clock.today(actor.zone)))


def _page(
    form: RemedyForm,
    remedy: Remedy | None,
    status: int,
    *,
    conflict: list[Difference] | None = None,
) -> ResponseReturnValue:
    return render_template(
        "health/remedy_form.html",
        form=form,
        remedy=remedy,
        conflict=conflict,
        locale=chosen_locale(),
    ), status


def _both(session: UnitOfWork, form: RemedyForm, remedy: Remedy) -> list[Difference]:
    """What differs; saving again means the version that is shown."""
    stored = _form(session, RemedyForm(formdata=None, obj=remedy))
    form.version.data = remedy.version
    return differences(form, stored)
