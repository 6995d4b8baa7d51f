"""Who keeps the list of a session."""

from __future__ import annotations

from app.domain.roles import Actor
from app.gatherings.access.sessions import leads
from app.gatherings.models import Gathering, Meeting


def may_mark(actor: Actor, gathering: Gathering, meeting: Meeting) -> bool:
    """HR every meeting, the host of a joint day theirs, trainers those they lead."""
    if actor.is_hr or gathering.host_id == actor.person_id:
        return True
    return any(trainer.person_id == actor.person_id for trainer in meeting.trainers)


def may_keep_list(actor: Actor, gathering: Gathering) -> bool:
    """Those who lead a meeting of it see the whole list, and HR."""
    return actor.is_hr or leads(actor, gathering)
