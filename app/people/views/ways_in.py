"""The ways in that this installation offers: passwords, single sign-on, or both."""

from __future__ import annotations

from flask import Flask, current_app

import config
from app.database import reading
from app.openid.directory import Directory
from app.openid.provider import Provider
from app.people.queries import accounts as queries
from app.people.queries.accounts import WaysIn
from app.web.guards import actor

RETURN = "/sign-in/return"


def set_up(app: Flask, settings: config.Settings) -> None:
    """Remember whom to ask; nothing is fetched before somebody signs in."""
    chosen = settings.single_sign_on
    if chosen is None:
        return
    app.extensions["openid"] = Directory(
        Provider(
            issuer=chosen.issuer,
            client_id=chosen.client_id,
            client_secret=chosen.client_secret,
            name=chosen.name,
            return_to=settings.base_url + RETURN,
        )
    )


def directory() -> Directory | None:
    """The provider's published words; None where nobody signs in with it."""
    found: Directory | None = current_app.extensions.get("openid")
    return found


def provider_name() -> str:
    """What stands on the button; empty where there is none."""
    known = directory()
    return known.provider.name if known is not None else ""


def takes_password_of(email: str) -> bool:
    """Whether a password opens the account of this address (as it is stored)."""
    return _settings().takes_password_of(email)


def links_by_email() -> bool:
    """Whether a verified address may link an account once."""
    chosen = _settings().single_sign_on
    return chosen is not None and chosen.links_by_email


def are_passwords_rare() -> bool:
    """Whether only a few named people come in by password."""
    chosen = _settings().single_sign_on
    return chosen is not None and bool(chosen.passwords_only_for)


def own() -> WaysIn:
    """How the signed-in person can come in here; a password that opens nothing is none."""
    known = directory()
    with reading() as session:
        found = queries.ways_in(session, actor.person_id, known.provider.issuer if known else "")
    return WaysIn(found.has_password and takes_password_of(actor.email), found.linked_at)


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["settings"]
    return settings
