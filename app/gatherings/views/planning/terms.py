"""Terms of an announced session: other trainers, another minimum, another last day to book."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Stale
from app.domain.seats import BOOKABLE
from app.gatherings.forms.sessions import TermsForm, stored
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services import planning
from app.gatherings.views.planning.blueprint import bp, found, found_unchanged, maker
from app.people.views.refused import said
from app.queue import ring
from app.web.conflicts import differences
from app.web.guards import allow, hr


def _form(session: UnitOfWork, gathering: Gathering, *, as_stored: bool = False) -> TermsForm:
    data = stored(gathering)
    form = TermsForm(formdata=None, data=data) if as_stored else TermsForm()
    form.offer_trainers(queries.trainers(session, today=clock.now().date()), gathering)
    return form


@bp.get("/sessions/<int:gathering_id>/terms")
@allow(hr, scoped=True)
def terms(gathering_id: int) -> ResponseReturnValue:
    """The terms as they stand; a draft leads to its form, what is over to its page."""
    with reading() as session:
        gathering = found(session, gathering_id)
        if gathering.state not in BOOKABLE:
            return redirect(url_for(".show", gathering_id=gathering.id))
        return _page(gathering, _form(session, gathering, as_stored=True))


@bp.post("/sessions/<int:gathering_id>/terms")
@allow(hr, scoped=True)
def change_terms(gathering_id: int) -> ResponseReturnValue:
    """Keep other terms; trainers who come or go are told."""
    with reading() as session:
        gathering = found(session, gathering_id)
        form = _form(session, gathering)
        if not form.validate():
            return _page(gathering, form, status=422)
    try:
        with unit_of_work() as session:
            row = found_unchanged(session, gathering_id, form.opened_on)
            planning.change_terms(session, row, form.terms(row), maker(), at=clock.now())
    except Stale:
        return _both(form, gathering_id)
    except planning.BadPlan as refusal:
        for fault in refusal.faults:
            field = form[fault.field]
            field.errors = [*field.errors, said(fault.refusal)]
        with reading() as session:  # what was read before is no longer whole
            return _page(found(session, gathering_id), form, status=422)
    ring("mail")
    flash(_("Saved."))
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _both(form: TermsForm, gathering_id: int) -> ResponseReturnValue:
    with reading() as session:
        gathering = found(session, gathering_id)
        both = differences(form, _form(session, gathering, as_stored=True))
    form.version.data = str(gathering.version)
    return _page(gathering, form, status=409, conflict=both)


def _page(
    gathering: Gathering, form: TermsForm, *, status: int = 200, **more: Any
) -> ResponseReturnValue:
    return render_template(
        "gatherings/planning/terms.html", gathering=gathering, form=form, **more
    ), status
