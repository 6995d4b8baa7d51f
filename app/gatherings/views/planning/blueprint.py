"""The blueprint of planned sessions, and what its pages share."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, request
from flask_babel import gettext

from app.database import UnitOfWork
from app.domain.refusals import Stale
from app.gatherings.access import planning as access
from app.gatherings.models import Gathering
from app.gatherings.queries.planning import sessions as queries
from app.gatherings.services.planning import Hint, Maker
from app.gatherings.views.sayings import length
from app.people.views.refused import readable
from app.web.guards import actor, require
from app.web.locale import chosen_locale

bp = Blueprint("planning_sessions", __name__, url_prefix="/courses")


def found(session: UnitOfWork, gathering_id: int) -> Gathering:
    """The session with all that belongs to it, or 404 when it is not there or not theirs."""
    gathering = queries.find(session, gathering_id) or abort(404)
    require(access.may_see(actor, gathering))
    return gathering


def found_unchanged(session: UnitOfWork, gathering_id: int, opened_on: int) -> Gathering:
    """The session as `found` gives it. Raises Stale when a form was opened on another version."""
    gathering = found(session, gathering_id)
    if gathering.version != opened_on:
        raise Stale
    return gathering


def opened_on() -> int:
    """The version a form without fields was opened on, 0 for none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


def maker() -> Maker:
    """The visitor as somebody who plans."""
    return Maker(actor.person_id, chosen_locale())


def hinted(hint: Hint) -> str:
    """A hint in the reader's language."""
    values = {name: _in_words(value) for name, value in hint.values.items()}
    return str(gettext(hint.msgid, **values))


def _in_words(value: object) -> object:
    if isinstance(value, timedelta):
        return length(int(value.total_seconds()) // 60)
    return readable(value)
