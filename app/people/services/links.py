"""Links that work once and for a short time: invitation, reset, first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Refusal
from app.people.models import Account, LinkPurpose, Person, SingleUseLink, Site
from app.people.queries.actors import has_left, token_hash

LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(hours=72),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.FIRST_ADMINISTRATOR: timedelta(hours=72),
}


class LinkIsWorthless(Refusal):
    """Used up, run out, replaced by a newer one, or never made."""

    msgid = N_("This link was already used or is too old. Please ask for a new one.")
    status = 404


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link is good for, and for whom (None: for the first administrator)."""

    purpose: LinkPurpose
    person_id: int | None
    name: str = ""
    email: str = ""
    locale: str | None = None


def issue(
    session: Session,
    purpose: LinkPurpose,
    *,
    person_id: int | None,
    by: int | None,
    at: datetime,
) -> str:
    """Make a link and give its secret; only the hash is stored. An older one of its kind dies.

    `by` is who asked (None: nobody signed in). `at` is a UTC instant.
    """
    _withdraw(session, purpose, person_id, at=at)
    token = secrets.token_urlsafe(32)
    link = SingleUseLink(
        purpose=purpose,
        person_id=person_id,
        token_hash=token_hash(token),
        created_at=at,
        expires_at=at + LIFETIMES[purpose],
    )
    session.add(link)
    session.flush()  # the entry names the link by its id
    record(
        session,
        AuditKind.LINK_MADE,
        actor_id=by,
        subject=f"single_use_link:{link.id}",
        at=at,
        purpose=purpose.value,
        person=person_id,
    )
    return token


def look(session: Session, token: str, *, at: datetime) -> Opened:
    """What an unused link is good for; using it up is for `spend`. One statement.

    Raises LinkIsWorthless, also for a link whose account was closed or whose person has left.
    """
    row = session.execute(
        select(SingleUseLink, Person, Account.active, Site.zone)
        .outerjoin(Person, Person.id == SingleUseLink.person_id)
        .outerjoin(Site, Site.id == Person.site_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            SingleUseLink.token_hash == token_hash(token),
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > at,
        )
    ).one_or_none()
    if row is None:
        raise LinkIsWorthless
    link, is_active, zone = row[0], row[2], row[3]
    person: Person | None = row[1]
    if person is None:
        return Opened(link.purpose, None)
    if not is_active or has_left(person.left_on, zone, at=at):
        raise LinkIsWorthless
    return Opened(link.purpose, person.id, person.name, person.email, person.locale)


def spend(session: Session, token: str, *, at: datetime) -> None:
    """Use a link up. Of any number of simultaneous uses one succeeds, the others are refused."""
    row = session.execute(
        update(SingleUseLink)
        .where(
            SingleUseLink.token_hash == token_hash(token),
            SingleUseLink.used_at.is_(None),
            SingleUseLink.expires_at > at,
        )
        .values(used_at=at)
        .returning(SingleUseLink.id, SingleUseLink.purpose, SingleUseLink.person_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        raise LinkIsWorthless
    record(
        session,
        AuditKind.LINK_USED,
        actor_id=row.person_id,
        subject=f"single_use_link:{row.id}",
        at=at,
        purpose=row.purpose.value,
    )


def withdraw_all(session: Session, person_id: int, *, at: datetime) -> None:
    """Make every open link of a person worthless, as when the password changes."""
    for purpose in LinkPurpose:
        _withdraw(session, purpose, person_id, at=at)


def _withdraw(
    session: Session, purpose: LinkPurpose, person_id: int | None, *, at: datetime
) -> None:
    whose = (
        SingleUseLink.person_id.is_(None)
        if person_id is None
        else SingleUseLink.person_id == person_id
    )
    session.execute(
        update(SingleUseLink)
        .where(SingleUseLink.purpose == purpose, whose, SingleUseLink.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
