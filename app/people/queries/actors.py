"""Who is behind a session secret, as plain data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    cast,
    func,
    literal,
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
    person's site. Five statements, whatever the person's teams.
    """
    row = session.execute(
        select(Login, Person, Site.zone)
        .join(Person, Person.id == Login.person_id)
        .join(Account, Account.person_id == Person.id)
        .join(Site, Site.id == Person.site_id)
        .where(
            Login.token_hash == token_hash(token),
            Login.ended_at.is_(None),
            Login.expires_at > now,
            Login.seen_at > now - IDLE_LIMIT,
            Account.active,
            Account.epoch == Login.epoch,
        )
    ).one_or_none()
    if row is None:
        return None
    login, person, zone = row
    if has_left(person.left_on, zone, at=now):
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    actor = describe(session, person, zone=zone, login=login.id, today=today)
    return Recognised(actor, is_stale=login.seen_at < now - SEEN_STEP)


def describe(session: Session, person: Person, *, zone: str, login: int, today: date) -> Actor:
    """The actor a person is on a day. Four statements."""
    roles = set(session.scalars(_roles(person.id, today)))
    leading = session.execute(
        select(TeamLead.team_id, TeamLead.kind).where(
            TeamLead.person_id == person.id, *_valid(TeamLead, today)
        )
    ).all()
    member_of = session.execute(
        select(Membership.team_id, Membership.kind).where(
            Membership.person_id == person.id, *_valid(Membership, today)
        )
    ).all()
    unread = session.scalar(
        select(func.count()).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    )
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        login=login,
        locale=person.locale or "",
        zone=ZoneInfo(zone),
        roles=frozenset(Role(role) for role in roles if not role.startswith(SPONSOR)),
        sponsored=frozenset(_pair(role) for role in roles if role.startswith(SPONSOR)),
        leads=frozenset(team for team, kind in leading if kind is LeadKind.LEAD),
        deputises=frozenset(team for team, kind in leading if kind is LeadKind.DEPUTY),
        teams=frozenset(team for team, _ in member_of),
        home_team=next((team for team, kind in member_of if kind is MembershipKind.HOME), None),
        theme=person.theme,
        unread=unread or 0,
    )


SPONSOR = "sponsor:"


def _roles(person_id: int, today: date) -> CompoundSelect[str]:
    """The names of a person's roles, and "sponsor:3:7" for each pair they look after."""
    granted = select(type_coerce(RoleGrant.role, String)).where(RoleGrant.person_id == person_id)
    low, high = (cast(team, String) for team in (Sponsor.low_team_id, Sponsor.high_team_id))
    looking_after = select(literal(SPONSOR) + low + ":" + high).where(
        Sponsor.person_id == person_id, *_valid(Sponsor, today)
    )
    return union_all(granted, looking_after)


def _pair(role: str) -> tuple[int, int]:
    low, high = role.removeprefix(SPONSOR).split(":")
    return int(low), int(high)


def _valid(
    table: type[TeamLead] | type[Membership] | type[Sponsor], today: date
) -> tuple[ColumnElement[bool], ...]:
    return (table.starts_on <= today, or_(table.ends_on.is_(None), table.ends_on > today))
