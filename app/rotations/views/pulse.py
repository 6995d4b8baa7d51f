"""Three taps after a stay."""

from __future__ import annotations

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork
from app.domain.voices import Contact
from app.rotations.queries.stays.contact import contact_of
from app.voices.views.taps import Asked, ask, take
from app.web.guards import actor, allow, signed_in

bp = Blueprint("stay_pulse", __name__, url_prefix="/pulse/stays")


@bp.get("/<int:stay_id>")
@allow(signed_in, scoped=True)
def show(stay_id: int) -> ResponseReturnValue:
    """The three taps for the person away, the buddy and the host team's leads, once it is over."""
    return ask(lambda session: _found(session, stay_id), _asked(stay_id))


@bp.post("/<int:stay_id>")
@allow(signed_in, scoped=True)
def give(stay_id: int) -> ResponseReturnValue:
    """Hand them in, once."""
    return take(lambda session: _found(session, stay_id), _asked(stay_id))


def _found(session: UnitOfWork, stay_id: int) -> Contact:
    return contact_of(session, stay_id, actor, at=clock.now()) or abort(404)


def _asked(stay_id: int) -> Asked:
    return Asked(
        _("How was the time together?"),
        (_("The stay"), url_for("stays.show", stay_id=stay_id)),
        url_for("stay_pulse.show", stay_id=stay_id),
    )
