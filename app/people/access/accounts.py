"""Who may do what with other people's accounts."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.roles import Actor, Role


def may_manage(actor: Actor, roles: Collection[Role]) -> bool:
    """Invite, close, open, sign out: HR, but administrators' accounts are for administrators.

    `roles` are those of the account's owner.
    """
    if actor.is_administrator:
        return True
    return actor.is_hr and Role.ADMINISTRATOR not in roles


def may_grant(actor: Actor) -> bool:
    """Only administrators give and take roles, so that nobody raises the own one unseen."""
    return actor.is_administrator
