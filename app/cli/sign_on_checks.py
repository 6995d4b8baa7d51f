"""What `flask doctor` looks at when people come in by single sign-on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

import config
from app.openid.provider import ProviderIsDown
from app.people.models import Account, LinkedIdentity, Person
from app.people.queries.accounts import able_administrators
from app.people.views import ways_in


def provider_answers(session: Session, now: datetime) -> Iterable[str]:
    """The provider publishes what we need, and an administrator comes in without it."""
    directory, chosen = ways_in.directory(), _chosen()
    if directory is None or chosen is None:
        return
    try:
        directory.addresses()
        if not directory.keys():
            yield f"{chosen.issuer} publishes no keys"
    except ProviderIsDown as down:
        yield f"nobody can sign in with {chosen.name}: {down.why}"
    yield from _without_the_provider(session, chosen, now)


def links_are_of_today(session: Session, _now: datetime) -> Iterable[str]:
    """Who was linked at another provider does not come in with this one."""
    chosen = _chosen()
    if chosen is None:
        return
    elsewhere = (
        sa.select(sa.func.count())
        .select_from(LinkedIdentity)
        .where(LinkedIdentity.issuer != chosen.issuer, LinkedIdentity.subject.is_not(None))
    )
    if count := session.scalar(elsewhere):
        yield f"{count} accounts are linked with another issuer than {chosen.issuer}"


def _without_the_provider(
    session: Session, chosen: config.SingleSignOn, now: datetime
) -> Iterable[str]:
    if not chosen.passwords_only_for:
        return
    able = able_administrators(session, at=now)
    addresses = set(session.scalars(sa.select(Person.email).where(Person.id.in_(able))))
    if addresses.isdisjoint(chosen.passwords_only_for):
        yield (
            "nobody in OIDC_PASSWORDS_ONLY_FOR is an administrator with a password:"
            " without the provider nobody can let anybody in"
        )
    known = sa.select(Person.email).join(Account, Account.person_id == Person.id)
    for address in sorted(chosen.passwords_only_for - set(session.scalars(known))):
        yield f"OIDC_PASSWORDS_ONLY_FOR names {address}, which no account has"


def _chosen() -> config.SingleSignOn | None:
    settings: config.Settings = current_app.extensions["settings"]
    return settings.single_sign_on
