"""Who reads what was written about a team."""

from __future__ import annotations

from app.domain.roles import Actor


def readers_teams(actor: Actor) -> frozenset[int]:
    """The teams whose comments are meant for this person: own ones, and those answered for.

    Writers tick that the team may read what they wrote. HR, sponsors and other teams are not it.
    """
    return actor.teams | actor.responsible_for


def may_read_comments(actor: Actor, team_id: int) -> bool:
    """Members of the team, its leads and its deputies."""
    return team_id in readers_teams(actor)
