"""Who may close a team for a while."""

from __future__ import annotations

from app.domain.roles import Actor


def may_edit(actor: Actor, team_id: int) -> bool:
    """HR for every team, leads and deputies for their own."""
    return actor.is_hr or team_id in actor.responsible_for
