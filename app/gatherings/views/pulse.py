"""Three taps after a day together."""

from __future__ import annotations

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.database import UnitOfWork
from app.domain.voices import Contact
from app.gatherings.queries.trips.contact import contact_of
from app.voices.views.taps import Asked, ask, take
from app.web.guards import actor, allow, signed_in

bp = Blueprint("pulse", __name__, url_prefix="/pulse")


@bp.get("/days/<int:gathering_id>")
@allow(signed_in, scoped=True)
def show(gathering_id: int) -> ResponseReturnValue:
    """The three taps for host and guests of a day that is over."""
    return ask(lambda session: _found(session, gathering_id), _asked(gathering_id))


@bp.post("/days/<int:gathering_id>")
@allow(signed_in, scoped=True)
def give(gathering_id: int) -> ResponseReturnValue:
    """Hand them in, once."""
    return take(lambda session: _found(session, gathering_id), _asked(gathering_id))


def _found(session: UnitOfWork, gathering_id: int) -> Contact:
    return contact_of(session, gathering_id, actor.person_id, at=clock.now()) or abort(404)


def _asked(gathering_id: int) -> Asked:
    return Asked(
        _("How was the day together?"),
        (_("The day together"), url_for("trips.show", gathering_id=gathering_id)),
        url_for("pulse.show", gathering_id=gathering_id),
    )
