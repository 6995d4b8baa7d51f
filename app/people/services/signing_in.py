"""Sign in with e-mail address and password."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.people.models import Account, Person, Site
from app.people.queries.actors import has_left
from app.people.services import passwords, sessions, throttle
from app.people.services.throttle import Counter


@dataclass(frozen=True, slots=True)
class Checked:
    """Whose account was asked for (None: nobody's), and whether the password opened it.

    `epoch` is the account's at that moment: a session begun with it is worth nothing when the
    password was changed meanwhile. `new_hash` replaces a stored one with outdated parameters.
    """

    person_id: int | None
    is_right: bool
    epoch: int = 0
    new_hash: str | None = None


def normalised(address: str) -> str:
    """An e-mail address as it is stored and compared: NFKC, casefolded, trimmed."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def check(
    session: Session, email: str, password: str, *, at: datetime, opens: bool = True
) -> Checked:
    """Compare a password with the account behind an address. One statement, one hash, always.

    Closed accounts and people who have left are treated as unknown ones, and so is everybody whose
    password `opens` nothing here. Reads only, so that no write lock is held while the hash is
    worked out.
    """
    row = session.execute(
        select(Account, Person.left_on, Site.zone)
        .join(Person, Person.id == Account.person_id)
        .join(Site, Site.id == Person.site_id)
        .where(Person.email == normalised(email))
    ).one_or_none()
    account = row[0] if row is not None else None
    stored = account.password_hash if account is not None else None
    is_right = passwords.fits(stored, password)
    if account is None or row is None:
        return Checked(None, is_right=False)

    if not (is_right and opens and account.active) or has_left(row[1], row[2], at=at):
        return Checked(account.person_id, is_right=False)
    outdated = stored is not None and passwords.is_outdated(stored)
    return Checked(
        account.person_id,
        is_right=True,
        epoch=account.epoch,
        new_hash=passwords.hashed(password) if outdated else None,
    )


def owner(session: Session, email: str, *, at: datetime) -> int | None:
    """Whose open account an address is, as a person id; None for unknown, closed and left ones."""
    row = session.execute(
        select(Account.person_id, Person.left_on, Site.zone)
        .join(Person, Person.id == Account.person_id)
        .join(Site, Site.id == Person.site_id)
        .where(Person.email == normalised(email), Account.active)
    ).one_or_none()
    if row is None or has_left(row.left_on, row.zone, at=at):
        return None
    person_id: int = row.person_id
    return person_id


def conclude(
    session: Session,
    checked: Checked,
    counters: tuple[Counter, Counter],
    *,
    device: str,
    at: datetime,
) -> str | None:
    """Begin a session after the right password and give its secret; else note the failure."""
    if not checked.is_right or checked.person_id is None:
        record(
            session,
            AuditKind.SIGN_IN_FAILED,
            actor_id=None,
            subject=_subject(checked.person_id),
            at=at,
        )
        return None
    throttle.forgive(session, *counters)
    if checked.new_hash is not None:
        session.execute(
            update(Account)
            .where(Account.person_id == checked.person_id, Account.epoch == checked.epoch)
            .values(password_hash=checked.new_hash)
        )
    return sessions.begin(session, checked.person_id, epoch=checked.epoch, device=device, at=at)


def _subject(person_id: int | None) -> str:
    """Addresses that are nobody's are not written down: people mistype passwords there."""
    return f"account:{person_id}" if person_id is not None else "account:unknown"
