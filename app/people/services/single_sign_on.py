"""Single sign-on: which account an identity opens, and how the two come together.

An account is never made here. Issuer and subject say who somebody is; an e-mail address may bring
an account and an identity together once, where the operator allows it, and says nothing after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.refusals import N_, Refusal
from app.openid.claims import Identity
from app.people.models import Account, LinkedIdentity, Login, Person, Site
from app.people.queries.actors import has_left, token_hash
from app.people.services import accounts, links, sessions
from app.people.services.signing_in import normalised


class LinkedOtherwise(Refusal):
    """An account has one identity, and it is not exchanged unseen."""

    msgid = N_("This account is linked with another sign-in already. HR can end that link.")


class LinkedElsewhere(Refusal):
    """An identity opens one account."""

    msgid = N_("This sign-in is linked with another account already. Please tell HR.")


class NoOtherWay(Refusal):
    """Whoever ends the only way in is locked out."""

    msgid = N_("You have no password to sign in with, so HR has to end the link.")


class NotLinked(Refusal):
    """There is nothing to end."""

    msgid = N_("This account is not linked.")


class Means(StrEnum):
    """What proved that an identity and an account belong together."""

    EMAIL = "email"
    LINK = "single-use link"
    ACCOUNT = "own account"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody the provider vouches for. `nonce` is that of this way there and back."""

    identity: Identity
    nonce: str
    device: str

    @property
    def proof(self) -> str:
        """What is stored of the nonce, so that the same token begins no second session."""
        return token_hash(self.nonce)


def enter(session: Session, arrival: Arrival, *, links_by_email: bool, at: datetime) -> str | None:
    """Begin a session of the account that the identity opens, and give its secret.

    None for an identity that opens none, whatever the reason is; the failure is noted, and only
    the log says about which account.
    """
    account = _linked(session, arrival.identity)
    if account is None and links_by_email:
        account = _linked_by_email(session, arrival.identity, at=at)
    if account is None or not _is_open(session, account, at=at) or _is_used(session, arrival):
        note_refusal(session, account.person_id if account else None, "account", at=at)
        return None
    return _begin(session, account, arrival, at=at)


def arrive(session: Session, arrival: Arrival, secret: str, *, at: datetime) -> str:
    """Use up a single-use link, link its owner's account, and begin a session; gives its secret.

    Raises LinkIsWorthless, LinkedOtherwise and LinkedElsewhere.
    """
    person_id = links.look(session, secret, at=at).person_id
    if person_id is None or _is_used(session, arrival):
        raise links.LinkIsWorthless
    links.spend(session, secret, at=at)
    link(session, person_id, arrival.identity, Means.LINK, at=at)
    account = session.get_one(Account, person_id, with_for_update=True, populate_existing=True)
    return _begin(session, account, arrival, at=at)


def link(
    session: Session, person_id: int, identity: Identity, means: Means, *, at: datetime
) -> None:
    """Bind an identity to an account. Doing it twice changes nothing.

    Raises LinkedOtherwise and LinkedElsewhere.
    """
    table, values = LinkedIdentity, {"subject": identity.subject, "linked_at": at}
    made = insert_ignoring_twins(
        session, table, person_id=person_id, issuer=identity.issuer, **values
    )
    if not made:
        owner = _linked(session, identity)
        if owner is not None and owner.person_id != person_id:
            raise LinkedElsewhere
        if owner is not None:
            return
        unlinked = update(table).where(
            table.person_id == person_id, table.issuer == identity.issuer, table.subject.is_(None)
        )
        if session.execute(unlinked.values(**values).returning(table.person_id)).first() is None:
            raise LinkedOtherwise
    record(
        session,
        AuditKind.IDENTITY_LINKED,
        actor_id=person_id,
        subject=f"account:{person_id}",
        at=at,
        by=means.value,
    )


def unlink(session: Session, person_id: int, *, by: int, has_password: bool, at: datetime) -> int:
    """Take the identity from an account, and end all its sessions; gives its new epoch.

    `has_password`: whether the owner can still come in. Raises NotLinked, and NoOtherWay
    for one's own only way.
    """
    if by == person_id and not has_password:
        raise NoOtherWay
    account = session.get_one(Account, person_id, with_for_update=True, populate_existing=True)
    ended = session.scalars(
        update(LinkedIdentity)
        .where(LinkedIdentity.person_id == person_id, LinkedIdentity.subject.is_not(None))
        .values(subject=None)
        .returning(LinkedIdentity.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not ended:
        raise NotLinked
    accounts.lock_out(session, account, at=at)
    record(
        session,
        AuditKind.IDENTITY_UNLINKED,
        actor_id=by,
        subject=f"account:{person_id}",
        at=at,
    )
    return account.epoch


def opens(session: Session, identity: Identity, person_id: int) -> bool:
    """Whether the identity is that of this person. One statement."""
    owner = _linked(session, identity)
    return owner is not None and owner.person_id == person_id


def note_refusal(session: Session, person_id: int | None, why: str, *, at: datetime) -> None:
    """Write down that single sign-on let nobody in; `why` is a word without names."""
    record(
        session,
        AuditKind.SIGN_IN_FAILED,
        actor_id=None,
        subject=f"account:{person_id or 'unknown'}",
        at=at,
        single_sign_on=why,
    )


def _begin(session: Session, account: Account, arrival: Arrival, *, at: datetime) -> str:
    return sessions.begin(
        session,
        account.person_id,
        epoch=account.epoch,
        device=arrival.device,
        proof=arrival.proof,
        at=at,
    )


def _linked(session: Session, identity: Identity) -> Account | None:
    """The account of an identity, open or not."""
    return session.scalar(
        select(Account)
        .join(LinkedIdentity, LinkedIdentity.person_id == Account.person_id)
        .where(LinkedIdentity.issuer == identity.issuer, LinkedIdentity.subject == identity.subject)
    )


def _linked_by_email(session: Session, identity: Identity, *, at: datetime) -> Account | None:
    """Link the open account of the verified address, if it was never linked at this issuer."""
    if identity.email is None:
        return None
    known = (
        select(LinkedIdentity.person_id)
        .where(
            LinkedIdentity.person_id == Account.person_id,
            LinkedIdentity.issuer == identity.issuer,
        )
        .exists()
    )
    account = session.scalar(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Person.email == normalised(identity.email), ~known)
    )
    if account is None or not _is_open(session, account, at=at):
        return None
    link(session, account.person_id, identity, Means.EMAIL, at=at)
    return account


def _is_open(session: Session, account: Account, *, at: datetime) -> bool:
    if not account.active:
        return False
    left_on, zone = session.execute(
        select(Person.left_on, Site.zone)
        .join(Site, Site.id == Person.site_id)
        .where(Person.id == account.person_id)
    ).one()
    return not has_left(left_on, zone, at=at)


def _is_used(session: Session, arrival: Arrival) -> bool:
    """Whether a session was begun with this token before; the database refuses a second, too."""
    used = select(Login.id).where(Login.proof_hash == arrival.proof)
    return session.scalar(used) is not None
