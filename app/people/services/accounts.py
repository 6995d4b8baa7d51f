"""Accounts: open, close, set passwords, give and take roles. Each of these ends sessions (I13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.roles import Role
from app.people.models import Account, Person, RoleGrant
from app.people.queries.accounts import able_administrators
from app.people.services import links, passwords, sessions
from app.people.services.password_rules import refuse_weak


class LastAdministrator(Refusal):
    """Without an administrator nobody could ever be let in again."""

    msgid = N_("This is the last administrator with a password. Please appoint another one first.")


class OwnAccount(Refusal):
    """Closing it would lock out the one who closes."""

    msgid = N_("You cannot close your own account.")


class NoAccount(Refusal):
    """There is nothing to close or to give a password to."""

    msgid = N_("This person has no account.")


class WrongPassword(Invalid):
    """Whoever acts here could not prove to be the account's owner."""

    msgid = N_("This is not your present password.")


def open_account(session: Session, person_id: int, *, by: int | None, at: datetime) -> Account:
    """Make sure a person has an account that is open; without a password it waits for one."""
    made = insert_ignoring_twins(
        session, Account, person_id=person_id, active=True, epoch=1, created_at=at
    )
    account = _locked(session, person_id)
    if not made and account.active:
        return account
    if not made:
        account.active = True
        account.epoch += 1
    record(session, AuditKind.ACCOUNT_OPENED, actor_id=by, subject=f"account:{person_id}", at=at)
    return account


def close_account(session: Session, person_id: int, *, by: int | None, at: datetime) -> None:
    """Nobody gets in any more with this account, and who is in is out with the next request.

    Closing a closed account changes nothing. Raises OwnAccount, LastAdministrator, NoAccount.
    """
    if by == person_id:
        raise OwnAccount
    _keep_an_administrator(session, without=person_id, at=at)
    account = _locked(session, person_id)
    if not account.active:
        return
    account.active = False
    lock_out(session, account, at=at)
    record(session, AuditKind.ACCOUNT_CLOSED, actor_id=by, subject=f"account:{person_id}", at=at)


def set_password(session: Session, person_id: int, password: str, *, at: datetime) -> int:
    """Store a new password, end all sessions and open links; gives the account's new epoch.

    Raises Invalid for a weak password and NoAccount.
    """
    person = session.get_one(Person, person_id)
    refuse_weak(password, about=(person.given_name, person.family_name, person.name, person.email))
    account = _locked(session, person_id)
    account.password_hash = passwords.hashed(password)
    account.password_set_at = at
    lock_out(session, account, at=at)
    record(
        session,
        AuditKind.PASSWORD_CHANGED,
        actor_id=person_id,
        subject=f"account:{person_id}",
        at=at,
    )
    return account.epoch


def prove(session: Session, person_id: int, password: str) -> None:
    """Raise WrongPassword unless this is the person's present password."""
    stored = session.scalar(select(Account.password_hash).where(Account.person_id == person_id))
    if not passwords.fits(stored, password):
        raise WrongPassword


def change_roles(
    session: Session,
    person_id: int,
    *,
    wanted: frozenset[Role],
    held: frozenset[Role],
    by: int,
    at: datetime,
) -> None:
    """Give what is missing and take what is too much.

    `held` are the roles the decision was based on; raises Stale when they are others by now.
    Raises LastAdministrator.
    """
    _locked_or_none(session, person_id)
    present = frozenset(
        session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id))
    )
    if present != held:
        raise Stale
    for role in sorted(wanted - present):
        grant(session, person_id, role, by=by, at=at)
    for role in sorted(present - wanted):
        revoke(session, person_id, role, by=by, at=at)


def grant(session: Session, person_id: int, role: Role, *, by: int | None, at: datetime) -> None:
    """Give a role; the person's sessions end, so that none carries the old rights.

    Giving a role twice changes nothing. `by` is None for the first administrator.
    """
    given = insert_ignoring_twins(
        session, RoleGrant, person_id=person_id, role=role, granted_at=at, granted_by=by
    )
    if not given:
        return
    _end_after_role_change(session, person_id, at=at)
    record(
        session,
        AuditKind.ROLE_GRANTED,
        actor_id=by,
        subject=f"person:{person_id}",
        at=at,
        role=role.value,
    )


def revoke(session: Session, person_id: int, role: Role, *, by: int | None, at: datetime) -> None:
    """Take a role away; the person's sessions end. Raises LastAdministrator."""
    if role is Role.ADMINISTRATOR:
        _keep_an_administrator(session, without=person_id, at=at)
    taken = session.scalars(
        delete(RoleGrant)
        .where(RoleGrant.person_id == person_id, RoleGrant.role == role)
        .returning(RoleGrant.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return
    _end_after_role_change(session, person_id, at=at)
    record(
        session,
        AuditKind.ROLE_REVOKED,
        actor_id=by,
        subject=f"person:{person_id}",
        at=at,
        role=role.value,
    )


def administrators(session: Session, *, at: datetime) -> list[int]:
    """Person ids of those who can act as administrators now, and come in by password.

    Single sign-on does not count: without its provider nobody could administrate any more.
    Their grants stay locked until the end of the unit of work, so that two of them cannot remove
    each other at once. Two statements: the second one sees what was changed while waiting.
    """
    session.execute(
        select(RoleGrant.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR)
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    return able_administrators(session, at=at)


def end_sessions(
    session: Session, person_id: int, *, by: int | None, at: datetime, keep: Iterable[int] = ()
) -> int:
    """End a person's open sessions but those of `keep`; gives how many."""
    return sessions.end_of(session, person_id, by=by, at=at, keep=keep)


def _keep_an_administrator(session: Session, *, without: int, at: datetime) -> None:
    able = administrators(session, at=at)
    if able == [without]:
        raise LastAdministrator


def _locked_or_none(session: Session, person_id: int) -> Account | None:
    return session.get(Account, person_id, with_for_update=True, populate_existing=True)


def _locked(session: Session, person_id: int) -> Account:
    account = _locked_or_none(session, person_id)
    if account is None:
        raise NoAccount
    return account


def lock_out(session: Session, account: Account, *, at: datetime) -> None:
    """End every session and every link of an account; whoever is in must come in anew."""
    account.epoch += 1
    sessions.mark_ended(session, account.person_id, at=at)
    links.withdraw_all(session, account.person_id, at=at)


def _end_after_role_change(session: Session, person_id: int, *, at: datetime) -> None:
    session.execute(
        update(Account)
        .where(Account.person_id == person_id)
        .values(epoch=Account.epoch + 1)
        .execution_options(synchronize_session="fetch")
    )
    sessions.mark_ended(session, person_id, at=at)
