"""Whom a person may find: the scope from which every query about people starts (T1, T13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select

from app.domain.roles import Actor, Role
from app.people.access.people import sees_everybody
from app.people.models import Membership, Person, RoleGrant, TeamLead

Selection = Callable[[Actor, date], Select[int] | Select[int | None]]
acquaintances: list[Selection] = []  # rooms above add whom their work brings together


def visible_to(actor: Actor, *, today: date) -> ColumnElement[bool]:
    """The condition on Person that lets through whom `actor` may see on a day.

    HR, works council and administrators: everybody. Others: themselves, the members of their own
    teams and of teams they answer for, all leads and deputies, HR, and whom rooms above add
    (buddies, guests). People who have left are seen by HR, works council and administrators only,
    and a nobody that stands in for those who were erased by none.
    """
    if sees_everybody(actor):
        return Person.stands_for.is_(None)
    circles: list[Select[Any]] = [_team_mates(actor, today), _leads(today), _hr()]
    circles += [of(actor, today) for of in acquaintances]
    known = or_(Person.id == actor.person_id, *(Person.id.in_(circle) for circle in circles))
    return known & works_here(today)


def works_here(today: date) -> ColumnElement[bool]:
    """The condition that a person has not left by a day."""
    return or_(Person.left_on.is_(None), Person.left_on > today)


def on_day(
    table: type[Membership] | type[TeamLead], day: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that a dated row holds on a day."""
    return table.starts_on <= day, or_(table.ends_on.is_(None), table.ends_on > day)


def _team_mates(actor: Actor, today: date) -> Select[int]:
    teams = actor.teams | actor.responsible_for
    chosen = Membership.team_id.in_(teams) if teams else false()
    return select(Membership.person_id).where(chosen, *on_day(Membership, today))


def _leads(today: date) -> Select[int]:
    return select(TeamLead.person_id).where(*on_day(TeamLead, today))


def _hr() -> Select[int]:
    return select(RoleGrant.person_id).where(RoleGrant.role == Role.HR)
