"""Who reads published figures. The same cut for all of them: nothing can be filtered further."""

from __future__ import annotations

from app.domain.roles import Actor


def may_read_pairs(actor: Actor) -> bool:
    """HR, whoever answers for a team today, and sponsors of a pair read figures per pair."""
    return actor.is_hr or actor.is_lead or actor.is_sponsor
