"""Who may change the catalogue, and who learns which people wait for a date."""

from __future__ import annotations

from app.domain.roles import Actor


def may_edit(actor: Actor) -> bool:
    """Courses and rooms are HR's."""
    return actor.is_hr


def may_name_waiting(actor: Actor) -> bool:
    """Who waits for a date is told to HR; everybody else reads how many."""
    return actor.is_hr
