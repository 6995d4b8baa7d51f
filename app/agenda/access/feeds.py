"""Who may follow whose calendar."""

from __future__ import annotations

from app.domain.roles import Actor


def may_follow(actor: Actor, team_id: int) -> bool:
    """Those who belong to a team today, and those who answer for it."""
    return team_id in actor.teams or team_id in actor.responsible_for


def may_show_names(actor: Actor, team_id: int) -> bool:
    """Whoever answers for a team writes down what it agreed on."""
    return team_id in actor.responsible_for
