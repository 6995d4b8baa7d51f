"""Days of real contact between two teams, by kind: beside the score, never inside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind

FEWEST = 5  # persons behind a sum that is shown
ABROAD = (CommitmentKind.STAY, CommitmentKind.TRIP)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """One kind of contact: how often, how many people, how many person-days.

    People and days are None where fewer than five people stand behind them.
    """

    kind: CommitmentKind
    times: int
    people: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Began:
    """Something that brought the two teams together began on a day."""

    kind: CommitmentKind
    on: date


@dataclass(frozen=True, slots=True)
class _Held:
    kind: CommitmentKind
    source_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime

    @property
    def days(self) -> int:
        return max(1, -(-(self.ends_at - self.starts_at) // DAY))


def ledger(session: Session, one: int, other: int, *, at: datetime) -> list[Contact]:
    """What took place until `at` (UTC), by kind. Two statements."""
    found: dict[CommitmentKind, list[_Held]] = defaultdict(list)
    for held in _held(session, one, other, at):
        found[held.kind].append(held)
    return [_contact(kind, found[kind]) for kind in CommitmentKind if found[kind]]


def began(session: Session, one: int, other: int, *, at: datetime) -> list[Began]:
    """What brought the two together, by the day it began, oldest first. Two statements."""
    first: dict[tuple[CommitmentKind, int], datetime] = {}
    for held in _held(session, one, other, at):
        key = held.kind, held.source_id
        first[key] = min(held.starts_at, first.get(key, held.starts_at))
    days = sorted({(start.date(), kind) for (kind, _source), start in first.items()})
    return [Began(kind, day) for day, kind in days]


def _contact(kind: CommitmentKind, held: list[_Held]) -> Contact:
    people = {one.person_id for one in held}
    enough = len(people) >= FEWEST
    return Contact(
        kind,
        len({one.source_id for one in held}),
        len(people) if enough else None,
        sum(one.days for one in held) if enough else None,
    )


def _held(session: Session, one: int, other: int, at: datetime) -> Iterable[_Held]:
    """Stays and trips from one team to the other, and meetings where both had people."""
    yield from _abroad(session, one, other, at)
    yield from _together(session, one, other, at)


def _abroad(session: Session, one: int, other: int, at: datetime) -> list[_Held]:
    rows = session.execute(
        select(
            Commitment.kind,
            Commitment.source_id,
            Commitment.person_id,
            Commitment.starts_at,
            Commitment.ends_at,
        ).where(
            Commitment.active,
            Commitment.kind.in_(ABROAD),
            Commitment.starts_at < at,
            or_(
                and_(Commitment.home_team_id == one, Commitment.host_team_id == other),
                and_(Commitment.home_team_id == other, Commitment.host_team_id == one),
            ),
        )
    ).all()
    return [_Held(kind, key, who, start, min(end, at)) for kind, key, who, start, end in rows]


def _together(session: Session, one: int, other: int, at: datetime) -> list[_Held]:
    rows = session.execute(
        select(
            Commitment.source_id,
            Commitment.person_id,
            Commitment.home_team_id,
            Commitment.starts_at,
            Commitment.ends_at,
        ).where(
            Commitment.active,
            Commitment.kind == CommitmentKind.SESSION,
            Commitment.ends_at <= at,
            Commitment.home_team_id.in_((one, other)),
        )
    ).all()
    teams: dict[int, set[int | None]] = defaultdict(set)
    for source_id, _who, team, _start, _end in rows:
        teams[source_id].add(team)
    return [
        _Held(CommitmentKind.SESSION, source_id, who, start, end)
        for source_id, who, _team, start, end in rows
        if len(teams[source_id]) > 1
    ]


Teams = tuple[int, int]


def beginnings(session: Session, *, at: datetime) -> dict[Teams, list[Began]]:
    """What brought any two teams together until `at` (UTC), by pair, oldest first.

    The lower key of a pair comes first. Two statements, however many teams there are.
    """
    found: dict[Teams, set[tuple[date, CommitmentKind]]] = defaultdict(set)
    for kind, one, other, start in _abroad_of_all(session, at):
        found[min(one, other), max(one, other)].add((start.date(), kind))
    for teams, start in _together_of_all(session, at):
        for pair in combinations(sorted(teams), 2):
            found[pair].add((start.date(), CommitmentKind.SESSION))
    return {
        (low, high): [Began(kind, day) for day, kind in sorted(days)]
        for (low, high), days in sorted(found.items())
    }


def _abroad_of_all(
    session: Session, at: datetime
) -> list[tuple[CommitmentKind, int, int, datetime]]:
    """Stays and trips: kind, home, host and the start of the first of those who went along."""
    rows = session.execute(
        select(
            Commitment.kind,
            Commitment.home_team_id,
            Commitment.host_team_id,
            func.min(Commitment.starts_at, type_=Commitment.starts_at.type),
        )
        .where(
            Commitment.active,
            Commitment.kind.in_(ABROAD),
            Commitment.starts_at < at,
            Commitment.home_team_id != Commitment.host_team_id,
        )
        .group_by(
            Commitment.kind,
            Commitment.source_id,
            Commitment.home_team_id,
            Commitment.host_team_id,
        )
    ).all()
    return [
        (kind, home, host, start)
        for kind, home, host, start in rows
        if home is not None and host is not None
    ]


def _together_of_all(session: Session, at: datetime) -> list[tuple[set[int], datetime]]:
    """Trainings that are over: the teams that had people there, and when they began."""
    rows = session.execute(
        select(
            Commitment.source_id,
            Commitment.home_team_id,
            func.min(Commitment.starts_at, type_=Commitment.starts_at.type),
        )
        .where(
            Commitment.active,
            Commitment.kind == CommitmentKind.SESSION,
            Commitment.ends_at <= at,
        )
        .group_by(Commitment.source_id, Commitment.home_team_id)
    ).all()
    teams: dict[int, set[int]] = defaultdict(set)
    begins: dict[int, datetime] = {}
    for source_id, team_id, start in rows:
        if team_id is not None:
            teams[source_id].add(team_id)
        begins[source_id] = min(start, begins.get(source_id, start))
    return [(teams[source_id], begins[source_id]) for source_id in sorted(teams)]
