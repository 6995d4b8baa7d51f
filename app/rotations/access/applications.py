"""Who may read an application, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.roles import Actor
from app.rotations.models import Application, ApplicationState

RULED_OUT = frozenset({"forbid", "relax_forbid"})


def is_own(actor: Actor, application: Application) -> bool:
    """Whether the actor wrote it."""
    return application.person_id == actor.person_id


def leads_home(actor: Actor, application: Application) -> bool:
    """Whether the actor answers for the home team of somebody else's application."""
    return application.home_team_id in actor.responsible_for and not is_own(actor, application)


def may_read(actor: Actor, application: Application) -> bool:
    """The writer always; the home team's leads and HR once it was submitted."""
    if is_own(actor, application):
        return True
    was_submitted = application.state is not ApplicationState.DRAFT
    return was_submitted and (actor.is_hr or leads_home(actor, application))


def may_read_avoidances(actor: Actor, application: Application) -> bool:
    """Whether the private “not there” and “not with” may be shown: to the writer and HR."""
    return is_own(actor, application) or (actor.is_hr and may_read(actor, application))


def readable_reasons(
    actor: Actor, application: Application, reasons: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The reasons of an outcome for this reader.

    That a wish was ruled out may come from a private avoidance, so only those who may read these
    learn of it.
    """
    if may_read_avoidances(actor, application):
        return list(reasons)
    return [reason for reason in reasons if reason.get("code") not in RULED_OUT]
