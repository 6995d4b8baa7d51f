"""Commitments as calendars ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind, ShownAs
from app.domain.timespan import Days, Timespan
from app.people.models import Membership, Person

DAYS_BACK = 90
DAYS_AHEAD = 731  # two years
MOST = 1_000
TEAM_MOST = 3_000  # before what is told twice is joined


@dataclass(frozen=True, slots=True)
class Held:
    """One commitment as plain data; `person` is the name of whoever it belongs to, or empty."""

    id: int
    kind: CommitmentKind
    person_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    all_day: bool
    shown_as: ShownAs
    tentative: bool
    location: str
    note: str
    path: str
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    called_off: bool
    person: str = ""


_COLUMNS = (
    Commitment.id,
    Commitment.kind,
    Commitment.person_id,
    Commitment.title,
    Commitment.starts_at,
    Commitment.ends_at,
    Commitment.zone,
    Commitment.all_day,
    Commitment.shown_as,
    Commitment.tentative,
    Commitment.location,
    Commitment.note,
    Commitment.path,
    Commitment.uid,
    Commitment.sequence,
    Commitment.created_at,
    Commitment.changed_at,
    Commitment.called_off_at.is_not(None),
)  # in the order of Held's fields


def window(today: date, zone: ZoneInfo) -> Timespan:
    """What a feed shows: 90 days back and two years ahead of the reader's day."""
    span = Days(today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))
    return Timespan.from_days(span, zone)


def entries_of(session: Session, person_id: int, span: Timespan, *, now: datetime) -> list[Held]:
    """A person's time within a span, the latest 1,000, oldest first. One statement.

    What the organiser called off is among it until its end comes before `now`.
    """
    rows = session.execute(
        select(*_COLUMNS)
        .where(Commitment.person_id == person_id, *_shown(span, now))
        .order_by(Commitment.starts_at.desc(), Commitment.uid.desc())
        .limit(MOST)
    ).all()
    return [_held(row) for row in reversed(rows)]


def team_entries(session: Session, team_id: int, span: Timespan, *, now: datetime) -> list[Held]:
    """The time of a team's members while they belong to it, and of its guests. Two statements."""
    rows = session.execute(
        select(*_COLUMNS, Person.given_name, Person.family_name, Membership)
        .join(Membership, Membership.person_id == Commitment.person_id)
        .join(Person, Person.id == Commitment.person_id)
        .where(Membership.team_id == team_id, *_shown(span, now))
        .order_by(Commitment.starts_at.desc(), Commitment.uid.desc())
        .limit(TEAM_MOST)
    )
    found = {
        row[0]: _held(row, named=True)
        for row in rows
        if _belongs_then(row.Membership, row.starts_at, row.ends_at, row.zone)
    }
    guests = session.execute(
        select(*_COLUMNS, Person.given_name, Person.family_name)
        .join(Person, Person.id == Commitment.person_id)
        .where(
            Commitment.kind == CommitmentKind.STAY,
            Commitment.host_team_id == team_id,
            *_shown(span, now),
        )
        .limit(MOST)
    )
    for row in guests:
        found.setdefault(row[0], _held(row, named=True))
    return sorted(found.values(), key=lambda held: (held.starts_at, held.uid))


def of_one_thing(session: Session, commitment_id: int, person_id: int) -> list[Held]:
    """This commitment of this person and all others of theirs with the same page, by time.

    So that all meetings of one course come in one file. Empty for anybody else's. Two statements.
    """
    one = session.scalar(
        select(Commitment).where(
            Commitment.id == commitment_id, Commitment.person_id == person_id, Commitment.active
        )
    )
    if one is None:
        return []
    same = Commitment.path == one.path if one.path else Commitment.id == one.id
    return _active(session, person_id, same)


def on_page(session: Session, person_id: int, path: str) -> list[Held]:
    """All that a person does that has this page, by time. One statement."""
    return _active(session, person_id, Commitment.path == path) if path else []


def _active(session: Session, person_id: int, which: ColumnElement[bool]) -> list[Held]:
    rows = session.execute(
        select(*_COLUMNS)
        .where(Commitment.person_id == person_id, Commitment.active, which)
        .order_by(Commitment.starts_at, Commitment.uid)
        .limit(MOST)
    )
    return [_held(row) for row in rows]


def entries_in(session: Session, person_ids: Sequence[int], span: Timespan) -> list[Held]:
    """What people do within a span, by time; what was called off is left out. One statement."""
    rows = session.execute(
        select(*_COLUMNS, Person.given_name, Person.family_name)
        .join(Person, Person.id == Commitment.person_id)
        .where(
            Commitment.person_id.in_(person_ids),
            Commitment.active,
            Commitment.starts_at < span.end,
            Commitment.ends_at > span.start,
        )
        .order_by(Commitment.starts_at, Commitment.id)
    )
    return [_held(row, named=True) for row in rows]


def next_of(session: Session, person_id: int, *, after: datetime) -> Held | None:
    """What somebody does first from an instant on, or None. One statement."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(Commitment.person_id == person_id, Commitment.active, Commitment.starts_at >= after)
        .order_by(Commitment.starts_at, Commitment.id)
        .limit(1)
    )
    return next((_held(row) for row in rows), None)


def _held(row: Any, *, named: bool = False) -> Held:
    name = f"{row.given_name} {row.family_name}" if named else ""
    return Held(*(*row[: len(_COLUMNS)], name))


def site_of(session: Session, person_id: int) -> int:
    """Whose public holidays are this person's: the key of their site."""
    return session.scalars(select(Person.site_id).where(Person.id == person_id)).one()


def _shown(span: Timespan, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Commitment.starts_at < span.end,
        Commitment.ends_at > span.start,
        or_(
            Commitment.active, (Commitment.called_off_at.is_not(None)) & (Commitment.ends_at > now)
        ),
    )


def _belongs_then(member: Membership, start: datetime, end: datetime, zone: str) -> bool:
    clock = ZoneInfo(zone)
    first = start.astimezone(clock).date()
    last = (end - timedelta(microseconds=1)).astimezone(clock).date()
    return member.starts_on <= last and (member.ends_on is None or first < member.ends_on)
