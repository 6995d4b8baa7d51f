"""Who follows which feed, and what has happened to it since."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agenda.models import (
    CalendarPreference,
    Channel,
    FeedKind,
    FeedLink,
    FeedVariant,
    PersonCalendar,
    TeamCalendar,
)
from app.outbox.queries import GERMAN_SPEAKING
from app.people.models import Account, Membership, Person, Site, Team, TeamLead


@dataclass(frozen=True, slots=True)
class Followed:
    """A link that is worth something today, and whose version its feed has.

    `version` changes with everything the feed shows, `changed_at` is when it last did. `names`
    tells whether a team's feed says who is where. `today` is the reader's calendar day.
    """

    link_id: int
    hashed: str
    kind: FeedKind
    variant: FeedVariant
    person_id: int
    team_id: int | None
    title: str
    locale: str
    zone: ZoneInfo
    today: date
    version: str
    changed_at: datetime
    used_at: datetime | None
    names: bool = False


def hash_of(token: str) -> str:
    """What is stored of a link's secret: its SHA-256 as hex. It is random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


# Built once: a poll that finds nothing new should cost little more than this question.
_BY_HASH = (
    select(
        FeedLink.id,
        FeedLink.kind,
        FeedLink.variant,
        FeedLink.team_id,
        FeedLink.used_at,
        Person.id.label("person_id"),
        Person.locale,
        Person.left_on,
        Site.zone,
        Site.country,
        PersonCalendar.version,
        PersonCalendar.changed_at,
    )
    .join(Person, Person.id == FeedLink.person_id)
    .join(Account, and_(Account.person_id == Person.id, Account.active))
    .join(Site, Site.id == Person.site_id)
    .join(PersonCalendar, PersonCalendar.person_id == Person.id)
    .where(FeedLink.revoked_at.is_(None), FeedLink.token_hash == bindparam("hashed"))
)


def followed(connection: Connection, token: str, *, at: datetime) -> Followed | None:
    """What a link leads to, or None for one that is worth nothing (any more).

    A link dies with its renewal, with the account, on leaving the company and, for a team's feed,
    when its owner neither belongs to the team nor answers for it. One statement, three for a team.
    """
    hashed = hash_of(token)
    row = connection.execute(_BY_HASH, {"hashed": hashed}).one_or_none()
    if row is None:
        return None
    zone = ZoneInfo(row.zone)
    today = at.astimezone(zone).date()
    if row.left_on is not None and row.left_on <= today:
        return None
    own = Followed(
        link_id=row.id,
        hashed=hashed,
        kind=row.kind,
        variant=row.variant,
        person_id=row.person_id,
        team_id=row.team_id,
        title="",
        locale=row.locale or ("de" if row.country in GERMAN_SPEAKING else "en"),
        zone=zone,
        today=today,
        version=_version(row.version, row.changed_at),
        changed_at=row.changed_at,
        used_at=row.used_at,
    )
    return own if row.kind is FeedKind.OWN else _of_team(connection, own)


def _of_team(connection: Connection, own: Followed) -> Followed | None:
    team = connection.execute(
        select(
            Team.name,
            TeamCalendar.version,
            TeamCalendar.changed_at,
            TeamCalendar.names_shown,
            _holds(Membership, own).label("is_member"),
            _holds(TeamLead, own).label("is_lead"),
        )
        .join(TeamCalendar, TeamCalendar.team_id == Team.id)
        .where(Team.id == own.team_id, or_(Team.closed_on.is_(None), Team.closed_on > own.today))
    ).one_or_none()
    if team is None or not (team.is_member or team.is_lead):
        return None
    members = select(Membership.person_id).where(Membership.team_id == own.team_id)
    count, newest = connection.execute(
        select(func.sum(PersonCalendar.version), func.max(PersonCalendar.changed_at)).where(
            PersonCalendar.person_id.in_(members)
        )
    ).one()
    names = bool(team.is_lead or team.names_shown)
    parts = [_version(team.version, team.changed_at), _version(count or 0, newest), own.version]
    return replace(
        own,
        title=team.name,
        version=".".join([*parts, *(["n"] if names else [])]),
        changed_at=max(filter(None, (own.changed_at, team.changed_at, newest))),
        names=names,
    )


def _version(number: int, changed_at: datetime | None) -> str:
    """With its instant, so that a number that comes again after a restore is not the same."""
    return f"{number}-{0 if changed_at is None else int(changed_at.timestamp()):x}"


def _holds(table: type[Membership] | type[TeamLead], own: Followed) -> ColumnElement[bool]:
    return exists().where(
        table.team_id == Team.id,
        table.person_id == own.person_id,
        table.starts_on <= own.today,
        or_(table.ends_on.is_(None), table.ends_on > own.today),
    )


def links_of(session: Session, person_id: int) -> Sequence[FeedLink]:
    """A person's links that are not revoked, with their teams. One statement."""
    return session.scalars(
        select(FeedLink)
        .where(FeedLink.person_id == person_id, FeedLink.revoked_at.is_(None))
        .order_by(FeedLink.id)
        .options(joinedload(FeedLink.team))
    ).all()


def find_link(session: Session, link_id: int, person_id: int) -> FeedLink | None:
    """One link of this person that is not revoked, with its team, or None."""
    return session.scalar(
        select(FeedLink)
        .where(
            FeedLink.id == link_id,
            FeedLink.person_id == person_id,
            FeedLink.revoked_at.is_(None),
        )
        .options(joinedload(FeedLink.team))
    )


def channel_of(session: Session, person_id: int) -> Channel:
    """How this person's calendar hears of things."""
    chosen = session.get(CalendarPreference, person_id)
    return Channel.FEED if chosen is None else chosen.channel


def teams_named(session: Session, team_ids: Sequence[int]) -> Sequence[tuple[Team, bool]]:
    """Teams by name, each with whether its members see names in its feed. One statement."""
    rows = session.execute(
        select(Team, TeamCalendar.names_shown)
        .join(TeamCalendar, TeamCalendar.team_id == Team.id)
        .where(Team.id.in_(team_ids))
        .order_by(Team.name, Team.id)
    )
    return [(team, shown) for team, shown in rows]
