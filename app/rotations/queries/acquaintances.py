"""Whom rotations bring together: they may find each other in the directory (T13)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import aliased

from app.domain.roles import Actor
from app.people.models import Membership
from app.people.queries import circle
from app.rotations.models import Application, Choice, Placement, Stay
from app.rotations.models.stays import LIVE


def chosen_buddies(actor: Actor, _today: date) -> Select[int | None]:
    """The buddies of the placements somebody has chosen."""
    return (
        select(Placement.buddy_id)
        .join(Choice, Choice.placement_id == Placement.id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.person_id == actor.person_id, Placement.buddy_id.is_not(None))
    )


def buddies(actor: Actor, _today: date) -> Select[int | None]:
    """The buddies of somebody's stays."""
    return select(Stay.buddy_id).where(
        Stay.person_id == actor.person_id, Stay.buddy_id.is_not(None)
    )


def guests(actor: Actor, _today: date) -> Select[int]:
    """Those who stay, or will, with the person's own teams or with the person as their buddy."""
    teams = actor.teams | actor.responsible_for
    hosted = Stay.host_team_id.in_(teams) if teams else false()
    mine = or_(Stay.buddy_id == actor.person_id, hosted)
    return select(Stay.person_id).where(mine, Stay.state.in_(LIVE))


def hosts(actor: Actor, today: date) -> Select[int]:
    """The members of the teams with which somebody stays, or will, on a day."""
    mine = aliased(Stay)
    host_teams = select(mine.host_team_id).where(
        mine.person_id == actor.person_id, mine.state.in_(LIVE)
    )
    return select(Membership.person_id).where(
        Membership.team_id.in_(host_teams), *circle.on_day(Membership, today)
    )


def set_up() -> None:
    """Let the directory know; asked once when the app is built."""
    for of in (chosen_buddies, buddies, guests, hosts):
        if of not in circle.acquaintances:
            circle.acquaintances.append(of)
