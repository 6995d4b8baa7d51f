"""Who is behind a session secret, as plain data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.domain.roles import Actor, Role
from app.outbox.models import Notice
from app.people.models import (
    Account,
    LeadKind,
    Login,
    Membership,
    MembershipKind,
    Person,
    RoleGrant,
    Site,
    Sponsor,
    TeamLead,
)

IDLE_LIMIT = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The actor, and whether the time the session was last seen is old enough to be noted anew."""

    actor: Actor
    is_stale: bool


def token_hash(token: str) -> str:
    """What is stored of a secret: its SHA-256 as hex. Secrets are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def has_left(left_on: date | None, zone: str, *, at: datetime) -> bool:
    """Whether somebody no longer works here: since midnight of `left_on` in the site's zone."""
    return left_on is not None and left_on <= at.astimezone(ZoneInfo(zone)).date()


def recognise(session: Session, token: str, *, now: datetime) -> Recognised | None:
    """The person signed in with this session secret, or None when it is worth nothing.

    A session is over when it was ended, ran out, was idle for 12 hours, or when its epoch is
    no longer the account's (I13). Employment, teams and leads begin and end at midnight of the
    person's site. Two statements, whatever the person's teams.
    """
    asked = {"hash": token_hash(token), "now": now, "idle": now - IDLE_LIMIT}
    row = session.execute(_OPEN_SESSION, asked).one_or_none()
    if row is None:
        return None
    person = Known(*row[:6])
    login, seen_at, left_on, zone = row[6:]
    if has_left(left_on, zone, at=now):
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    actor = describe(session, person, zone=zone, login=login, today=today)
    return Recognised(actor, is_stale=seen_at < now - SEEN_STEP)


def describe(
    session: Session, person: Person | Known, *, zone: str, login: int, today: date
) -> Actor:
    """The actor a person is on a day. One statement."""
    held: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for what, one, two, word in session.execute(_HELD, {"person": person.id, "today": today}):
        held[what].append((one, two, word))
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        login=login,
        locale=person.locale or "",
        zone=ZoneInfo(zone),
        roles=frozenset(Role(word) for _one, _two, word in held["role"]),
        sponsored=frozenset((low, high) for low, high, _word in held["sponsor"]),
        leads=frozenset(team for team, _, kind in held["lead"] if kind == LeadKind.LEAD),
        deputises=frozenset(team for team, _, kind in held["lead"] if kind == LeadKind.DEPUTY),
        teams=frozenset(team for team, _two, _word in held["member"]),
        home_team=next(
            (team for team, _, kind in held["member"] if kind == MembershipKind.HOME), None
        ),
        theme=person.theme,
        unread=held["unread"][0][0],
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Of the person behind a session as much as an actor needs, without loading all of them."""

    id: int
    given_name: str
    family_name: str
    email: str
    locale: str | None
    theme: str

    @property
    def name(self) -> str:
        """Given name first, as a person's own."""
        return f"{self.given_name} {self.family_name}"


_OPEN_SESSION = (  # built once, as each request asks it: building costs more than asking
    select(
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.email,
        Person.locale,
        Person.theme,
        Login.id,
        Login.seen_at,
        Person.left_on,
        Site.zone,
    )
    .select_from(Login)
    .join(Person, Person.id == Login.person_id)
    .join(Account, Account.person_id == Person.id)
    .join(Site, Site.id == Person.site_id)
    .where(
        Login.token_hash == bindparam("hash"),
        Login.ended_at.is_(None),
        Login.expires_at > bindparam("now"),
        Login.seen_at > bindparam("idle"),
        Account.active,
        Account.epoch == Login.epoch,
    )
)
_PERSON: ColumnElement[int] = bindparam("person", type_=Integer)
_TODAY: ColumnElement[date] = bindparam("today", type_=Date)


def _held(
    what: str, one: Any, *, of: Any, two: Any = None, word: Any = None, dated: bool = True
) -> Select[Any]:
    """One kind of row of `_HELD`: what it is, up to two keys, and a word."""
    no_key, no_word = cast(null(), Integer), cast(null(), String)
    found = select(
        literal(what),
        one,
        no_key if two is None else two,
        no_word if word is None else type_coerce(word, String),
    ).where(of.person_id == _PERSON)
    if not dated:
        return found
    return found.where(of.starts_on <= _TODAY, or_(of.ends_on.is_(None), of.ends_on > _TODAY))


_HELD = union_all(  # everything that says what a person may do, in one question
    _held("role", cast(null(), Integer), of=RoleGrant, word=RoleGrant.role, dated=False),
    _held("sponsor", Sponsor.low_team_id, of=Sponsor, two=Sponsor.high_team_id),
    _held("lead", TeamLead.team_id, of=TeamLead, word=TeamLead.kind),
    _held("member", Membership.team_id, of=Membership, word=Membership.kind),
    _held("unread", func.count(), of=Notice, dated=False).where(Notice.read_at.is_(None)),
)
