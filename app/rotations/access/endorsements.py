"""Who answers for the home team."""

from __future__ import annotations

from app.domain.roles import Actor
from app.rotations.access import applications
from app.rotations.models import Endorsement


def may_decide(actor: Actor, endorsement: Endorsement) -> bool:
    """Leads and deputies of the home team; HR once it was escalated; nobody for themselves.

    The endorsement comes with its application.
    """
    application = endorsement.application
    if applications.is_own(actor, application):
        return False
    if applications.leads_home(actor, application):
        return True
    return actor.is_hr and endorsement.escalated_at is not None


def may_see(actor: Actor, endorsement: Endorsement) -> bool:
    """Those who may decide, and HR, who watches what is open."""
    return may_decide(actor, endorsement) or (
        actor.is_hr and not applications.is_own(actor, endorsement.application)
    )
