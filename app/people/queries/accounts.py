"""Accounts as HR and administrators see them, and a person's own sessions.

When somebody was last signed in is shown to that person alone: a list of it would be a report on
working hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.domain.collation import sort_key
from app.domain.refusals import N_
from app.domain.roles import Role
from app.people.models import Account, LinkedIdentity, Login, Person, RoleGrant, Site
from app.people.queries.actors import IDLE_LIMIT, has_left


class AccountState(StrEnum):
    """What an account is good for."""

    NONE = "none"
    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"
    LEFT = "left"


STATE_LABELS = {
    AccountState.NONE: N_("no account"),
    AccountState.INVITED: N_("invited"),
    AccountState.ACTIVE: N_("active"),
    AccountState.CLOSED: N_("closed"),
    AccountState.LEFT: N_("has left"),
}


_PEOPLE = select(
    Person.id,
    Person.given_name,
    Person.family_name,
    Person.email,
    Person.left_on,
    Account.active,
    Account.password_hash.is_not(None).label("has_password"),
    select(LinkedIdentity.person_id)
    .where(LinkedIdentity.person_id == Person.id, LinkedIdentity.subject.is_not(None))
    .exists()
    .label("is_linked"),
).outerjoin(Account, Account.person_id == Person.id)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One person as a row of the list."""

    person_id: int
    name: str
    family_name: str
    given_name: str
    email: str
    state: AccountState
    roles: tuple[Role, ...]
    is_linked: bool


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How somebody can prove who they are; `linked_at` is None without single sign-on."""

    has_password: bool
    linked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One place where a person is signed in; `is_this` is the one that asks."""

    id: int
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def listed(
    session: Session, *, order: str, q: str, filters: Mapping[str, str], today: date
) -> list[AccountLine]:
    """People with their accounts, sorted as `order` says; people without one as well.

    `q` is searched in names and address; filters are `state` and `role`. Two statements. Names
    are sorted here, as databases disagree about umlauts.
    """
    roles = roles_by_person(session)
    lines = [_line(row, roles.get(row.id, ()), today) for row in session.execute(_PEOPLE)]
    wanted = [line for line in lines if _is_wanted(line, q, filters)]
    return _sorted(wanted, order)


def find(session: Session, person_id: int, *, today: date) -> AccountLine | None:
    """One person with the account. Two statements."""
    row = session.execute(_PEOPLE.where(Person.id == person_id)).one_or_none()
    if row is None:
        return None
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id))
    return _line(row, tuple(sorted(roles)), today)


def roles_by_person(session: Session) -> dict[int, tuple[Role, ...]]:
    """Who holds which roles. One statement."""
    held: dict[int, tuple[Role, ...]] = {}
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role).order_by(RoleGrant.person_id, RoleGrant.role)
    )
    for person_id, role in rows:
        held[person_id] = (*held.get(person_id, ()), role)
    return held


def ways_in(session: Session, person_id: int, issuer: str) -> WaysIn:
    """How a person comes in: password, single sign-on of `issuer`. One statement."""
    row = session.execute(
        select(Account.password_hash.is_not(None), LinkedIdentity.linked_at)
        .outerjoin(
            LinkedIdentity,
            and_(
                LinkedIdentity.person_id == Account.person_id,
                LinkedIdentity.issuer == issuer,
                LinkedIdentity.subject.is_not(None),
            ),
        )
        .where(Account.person_id == person_id)
    ).one_or_none()
    return WaysIn(*row) if row is not None else WaysIn(has_password=False, linked_at=None)


def confirmed_at(session: Session, login_id: int) -> datetime | None:
    """When the owner of a session last proved once more to be the one. One statement."""
    return session.scalar(select(Login.confirmed_at).where(Login.id == login_id))


def able_administrators(session: Session, *, at: datetime) -> list[int]:
    """Person ids of administrators with an open account and a password. One statement."""
    rows = session.execute(
        select(RoleGrant.person_id, Person.left_on, Site.zone)
        .join(Account, Account.person_id == RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Site, Site.id == Person.site_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Account.active)
        .where(Account.password_hash.is_not(None))
        .order_by(RoleGrant.person_id)
    )
    return [row.person_id for row in rows if not has_left(row.left_on, row.zone, at=at)]


def open_sessions(session: Session, person_id: int, *, now: datetime) -> int:
    """In how many places a person is signed in. One statement."""
    counted = (
        select(func.count(Login.id))
        .join(Account, Account.person_id == Login.person_id)
        .where(Login.person_id == person_id, *_is_open(now))
    )
    return session.scalar(counted) or 0


def own_sessions(
    session: Session, person_id: int, *, this: int, now: datetime
) -> Sequence[OwnSession]:
    """Where a person is signed in, last seen first; `this` is the session that asks."""
    rows = session.scalars(
        select(Login)
        .join(Account, Account.person_id == Login.person_id)
        .where(Login.person_id == person_id, *_is_open(now))
        .order_by(Login.seen_at.desc(), Login.id.desc())
    )
    return [
        OwnSession(row.id, row.device, row.created_at, row.seen_at, row.id == this) for row in rows
    ]


def _is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Login.ended_at.is_(None),
        Login.expires_at > now,
        Login.seen_at > now - IDLE_LIMIT,
        Login.epoch == Account.epoch,
    )


def _line(row: Any, roles: tuple[Role, ...], today: date) -> AccountLine:
    return AccountLine(
        person_id=row.id,
        name=f"{row.given_name} {row.family_name}",
        family_name=row.family_name,
        given_name=row.given_name,
        email=row.email,
        state=_state(row, today),
        roles=roles,
        is_linked=row.is_linked,
    )


def _state(row: Any, today: date) -> AccountState:
    if row.left_on is not None and row.left_on <= today:
        return AccountState.LEFT
    if row.active is None:
        return AccountState.NONE
    if not row.active:
        return AccountState.CLOSED
    return AccountState.ACTIVE if row.has_password or row.is_linked else AccountState.INVITED


def _is_wanted(line: AccountLine, q: str, filters: Mapping[str, str]) -> bool:
    state, role = filters.get("state"), filters.get("role")
    if (state and line.state != state) or (role and role not in line.roles):
        return False
    text = f"{line.name} {line.email}".casefold()
    return all(word in text for word in q.casefold().split())


def _sorted(lines: list[AccountLine], order: str) -> list[AccountLine]:
    keys: dict[str, Callable[[AccountLine], Any]] = {
        "name": lambda line: sort_key(line.family_name, line.given_name, line.email),
        "email": lambda line: (line.email,),
        "state": lambda line: (list(AccountState).index(line.state), line.email),
    }
    key = keys[order.removeprefix("-")]
    return sorted(lines, key=key, reverse=order.startswith("-"))
