"""Slow guessing: tries are counted in the database, per account name and per network address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import and_, case, delete, literal, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.database import UtcDateTime
from app.people.models import SignInThrottle

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 9  # the tenth within the window is refused
TRIES_PER_ADDRESS = 49  # higher: a whole office may share one address
_INSERTS: dict[str, Callable[[type[SignInThrottle]], Any]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


@dataclass(frozen=True, slots=True)
class Counter:
    """A hashed key and how many tries it may make within the window."""

    key: str
    allowed: int


def counters(purpose: str, *, name: str, address: str, secret: str) -> tuple[Counter, Counter]:
    """The counters of an account name and of a network address.

    `purpose` keeps sign-in and reset apart. Keys are hashed with the app's `secret`, so the table
    tells nobody who tried. The last 64 bits of an IPv6 address count as one: its owner chooses
    them.
    """
    place = _network(address)
    return (
        Counter(_key(secret, f"{purpose}:account:{name}"), TRIES_PER_ACCOUNT),
        Counter(_key(secret, f"{purpose}:address:{place}"), TRIES_PER_ADDRESS),
    )


def count_try(session: Session, *which: Counter, at: datetime) -> datetime | None:
    """Count one try on each counter; gives the instant until which trying is useless, or None.

    Counting comes before checking, in a single statement per counter, so simultaneous tries
    cannot slip through together. A lock is not prolonged by tries made while it lasts.
    """
    locks = [_count(session, counter, at=at) for counter in which]
    return max((lock for lock in locks if lock is not None), default=None)


def forgive(session: Session, account: Counter, address: Counter) -> None:
    """After a success: forget the account's tries and take this one off the address."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == account.key))
    take_back(session, address)


def take_back(session: Session, counter: Counter) -> None:
    """Take one try off a counter."""
    session.execute(
        update(SignInThrottle)
        .where(SignInThrottle.key == counter.key, SignInThrottle.failures > 0)
        .values(failures=SignInThrottle.failures - 1)
    )


def forget_old(session: Session, *, before: datetime) -> None:
    """Drop counters whose window began before an instant and that lock nobody any more."""
    session.execute(
        delete(SignInThrottle).where(
            SignInThrottle.first_at < before,
            or_(SignInThrottle.locked_until.is_(None), SignInThrottle.locked_until < before),
        )
    )


def _count(session: Session, counter: Counter, *, at: datetime) -> datetime | None:
    table, kind = SignInThrottle, UtcDateTime()
    insert = _INSERTS[session.get_bind().dialect.name](table).values(
        key=counter.key, failures=1, first_at=at, locked_until=None
    )
    is_locked = and_(table.locked_until.is_not(None), table.locked_until > at)
    is_over = and_(~is_locked, table.first_at <= at - WINDOW)
    is_last = and_(~is_locked, ~is_over, table.failures >= counter.allowed)
    # A lock that has run out leaves a window that began at least as long ago: it is over, too.
    statement = insert.on_conflict_do_update(
        index_elements=[table.key],
        set_={
            "failures": case((is_over, 1), else_=table.failures + 1),
            "first_at": case((is_over | is_last, literal(at, kind)), else_=table.first_at),
            "locked_until": case(
                (is_over, None), (is_last, literal(at + WINDOW, kind)), else_=table.locked_until
            ),
        },
    ).returning(table.locked_until)
    locked_until = session.execute(statement).scalar_one()
    return locked_until if locked_until is not None and locked_until > at else None


def _key(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> 64 << 64))
