"""Who keeps the list of a session."""

from __future__ import annotations

from app.domain.roles import Actor
from app.gatherings.access.sessions import leads
from app.gatherings.models import Gathering


def may_keep_list(actor: Actor, gathering: Gathering) -> bool:
    """Those who lead it, and HR."""
    return actor.is_hr or leads(actor, gathering)
