"""Who may know what about a team."""

from __future__ import annotations

from app.domain.roles import Actor


def may_edit(actor: Actor) -> bool:
    """Only HR shapes the organisation."""
    return actor.is_hr


def sees_absences(actor: Actor, team_id: int) -> bool:
    """Who of the team is away this week: HR and those who answer for it."""
    return actor.is_hr or team_id in actor.responsible_for
