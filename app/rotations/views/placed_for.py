"""A placement offered for an action of two teams: the prepared form, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, url_for

from app.database import UnitOfWork
from app.health.access import actions as access
from app.health.models import Action, RemedyKind
from app.health.queries import actions, starts
from app.health.services.starts import Act
from app.queue import ring
from app.rotations.forms.placements import PlacementForm
from app.rotations.queries.action_starts import host_of
from app.rotations.services.action_starts import offered_for
from app.web.guards import actor, require

MOST_TITLE = 120
LONGEST_KEY = 9


def asked_action(session: UnitOfWork, text: str | None) -> Action | None:
    """The action with this key, None without one; 404 for one of other people."""
    if not text:
        return None
    action = actions.find(session, _number(text)) or abort(404)
    require(
        access.may_start(actor, action, starts.requests(session, action.id), RemedyKind.ROTATION)
    )
    return action


def prepared(action: Action | None) -> dict[str, Any]:
    """What the form begins with when it is opened from an action."""
    if action is None:
        return {}
    return {
        "title": action.what[:MOST_TITLE],
        "host_team_id": host_of(actor, action),
        "action": action.id,
        "action_version": action.version,
    }


def begun(
    session: UnitOfWork, form: PlacementForm, placement_id: int, *, at: datetime
) -> str | None:
    """Name the placement for the action the form was opened from; gives the page of that one.

    Raises Stale and AnsweredAlready.
    """
    action = asked_action(session, form.action.data)
    if action is None:
        return None
    act = Act(actor.person_id, at, _number(form.action_version.data or ""))
    offered_for(session, action, placement_id, act)
    ring("mail")
    return url_for("actions.show", action_id=action.id)


def _number(text: str) -> int:
    fine = text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    return int(text) if fine else 0
