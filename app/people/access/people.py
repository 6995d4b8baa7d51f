"""Who may know what about a person."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.roles import Actor


def sees_everybody(actor: Actor) -> bool:
    """HR, works council and administrators see everybody; others their own circle."""
    return actor.is_hr or actor.is_council or actor.is_administrator


def may_edit(actor: Actor) -> bool:
    """Only HR writes about people."""
    return actor.is_hr


def sees_record(actor: Actor, person_id: int) -> bool:
    """Personnel number, e-mail address and working days: HR and the person."""
    return actor.is_hr or actor.person_id == person_id


def sees_history(actor: Actor, person_id: int) -> bool:
    """Where somebody belonged before: HR and the person; others see today's teams."""
    return actor.is_hr or actor.person_id == person_id


def sees_absences(actor: Actor, person_id: int, teams: Collection[int]) -> bool:
    """Days away, never a reason: HR, the person, and who answers for one of the person's teams."""
    return sees_record(actor, person_id) or not actor.responsible_for.isdisjoint(teams)
