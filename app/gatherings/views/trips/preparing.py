"""The preparation sheet, written by host and guest."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork, reading, unit_of_work
from app.domain.refusals import Stale
from app.gatherings.access import trips as access
from app.gatherings.forms.trips import SheetForm
from app.gatherings.queries.trips import finding
from app.gatherings.queries.trips.finding import JointDay
from app.gatherings.services import trips as services
from app.gatherings.services.trips.preparing import Sheet
from app.gatherings.views.trips.blueprint import bp, found
from app.web.conflicts import differences
from app.web.guards import actor, allow, require, signed_in


def _found(session: UnitOfWork, gathering_id: int) -> JointDay:
    joint = found(session, gathering_id)
    guests = finding.there(session, gathering_id)
    require(access.may_prepare(actor, joint.gathering, guests))
    return joint


def _stored(joint: JointDay) -> SheetForm:
    data = {name: getattr(joint.trip, name) for name in Sheet.__dataclass_fields__}
    return SheetForm(formdata=None, data={**data, "version": str(joint.trip.version)})


def _page(joint: JointDay, form: SheetForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    return render_template("gatherings/trips/sheet.html", joint=joint, form=form, **more), status


@bp.get("/<int:gathering_id>/preparation")
@allow(signed_in, scoped=True)
def preparation(gathering_id: int) -> ResponseReturnValue:
    """The sheet as it stands."""
    with reading() as session:
        joint = _found(session, gathering_id)
        return _page(joint, _stored(joint))


@bp.post("/<int:gathering_id>/preparation")
@allow(signed_in, scoped=True)
def prepare(gathering_id: int) -> ResponseReturnValue:
    """Keep the sheet."""
    form = SheetForm()
    try:
        with unit_of_work() as session:
            joint = _found(session, gathering_id)
            if not form.validate():
                return _page(joint, form, 422)
            by, opened_on = actor.person_id, form.opened_on
            services.prepare(
                session, gathering_id, form.sheet(), opened_on=opened_on, by=by, at=clock.now()
            )
    except Stale:
        with reading() as session:
            joint = _found(session, gathering_id)
            both = differences(form, _stored(joint))
            form.version.data = str(joint.trip.version)
            return _page(joint, form, 409, conflict=both)
    flash(_("Saved. Host and guests all see it."), "success")
    return redirect(url_for(".show", gathering_id=gathering_id), 303)
