"""Days of real contact between two teams, by kind: beside the score, never inside it.

What a page shows are sums of steps that were written down after a publication. What began when,
without people and without length, is read as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.agenda.models import Commitment, CommitmentKind
from app.domain.contact_steps import Visit
from app.health.models import ContactStep

ABROAD = (CommitmentKind.STAY, CommitmentKind.TRIP)
DAY = timedelta(days=1)
Teams = tuple[int, int]  # the lower key first
Series = tuple[int, int, CommitmentKind]


@dataclass(frozen=True, slots=True)
class Contact:
    """One kind of contact as it was told last: how often, and how many person-days.

    Days are None while no step rested on five people. `until` is an instant (UTC).
    """

    kind: CommitmentKind
    times: int
    days: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Began:
    """Something that brought the two teams together began on a day; `source` as in commitments."""

    kind: CommitmentKind
    on: date
    source: int


@dataclass(frozen=True, slots=True)
class Over:
    """A visit that came to an end at an instant (UTC)."""

    visit: Visit
    ended_at: datetime


def ledger(session: Session, one: int, other: int) -> list[Contact]:
    """What was told of a pair, by kind: sums of steps that were written down. One statement."""
    low, high = sorted((one, other))
    rows = session.execute(
        select(
            ContactStep.kind,
            func.sum(ContactStep.times),
            func.sum(ContactStep.people),
            func.sum(ContactStep.days),
            func.max(ContactStep.until, type_=ContactStep.until.type),
        )
        .where(ContactStep.low_team_id == low, ContactStep.high_team_id == high)
        .group_by(ContactStep.kind)
    )
    found = {
        kind: Contact(kind, times, days if people else None, until)
        for kind, times, people, days, until in rows
    }
    return [found[kind] for kind in CommitmentKind if kind in found]


def told_until(session: Session) -> dict[Series, datetime]:
    """Where the last step of each pair and kind stopped counting. One statement."""
    rows = session.execute(
        select(
            ContactStep.low_team_id,
            ContactStep.high_team_id,
            ContactStep.kind,
            func.max(ContactStep.until, type_=ContactStep.until.type),
        ).group_by(ContactStep.low_team_id, ContactStep.high_team_id, ContactStep.kind)
    )
    return {(low, high, kind): until for low, high, kind, until in rows}


def visits(session: Session, *, until: datetime) -> dict[Series, list[Over]]:
    """Every visit that was over by an instant, by pair and kind. Two statements."""
    found: dict[Series, list[Over]] = defaultdict(list)
    for kind, home, host, over in _abroad(session, until):
        found[min(home, host), max(home, host), kind].append(over)
    for meeting in _meetings(session, until).values():
        teams = sorted({over.visit.team for over in meeting})
        for low, high in combinations(teams, 2):
            both = [over for over in meeting if over.visit.team in {low, high}]
            found[low, high, CommitmentKind.SESSION] += both
    return dict(found)


def _abroad(session: Session, until: datetime) -> Iterator[tuple[CommitmentKind, int, int, Over]]:
    """Stays and joint days: kind, home and host team, and the visit."""
    rows = session.scalars(
        select(Commitment).where(
            Commitment.active,
            Commitment.kind.in_(ABROAD),
            Commitment.ends_at <= until,
            Commitment.home_team_id != Commitment.host_team_id,
        )
    )
    for row in rows:
        if row.home_team_id is not None and row.host_team_id is not None:
            yield row.kind, row.home_team_id, row.host_team_id, _over(row, row.home_team_id)


def _meetings(session: Session, until: datetime) -> dict[int, list[Over]]:
    """Meetings of trainings: everybody who was there."""
    rows = session.scalars(
        select(Commitment).where(
            Commitment.active,
            Commitment.kind == CommitmentKind.SESSION,
            Commitment.ends_at <= until,
        )
    )
    found: dict[int, list[Over]] = defaultdict(list)
    for row in rows:
        if row.home_team_id is not None:
            found[row.source_id].append(_over(row, row.home_team_id))
    return found


def _over(row: Commitment, team_id: int) -> Over:
    days = max(1, -(-(row.ends_at - row.starts_at) // DAY))
    return Over(Visit(row.person_id, row.source_id, team_id, days), row.ends_at)


def began(session: Session, one: int, other: int, *, at: datetime) -> list[Began]:
    """What brought the two together, by the day it began, oldest first. Two statements."""
    low, high = sorted((one, other))
    return beginnings(session, at=at, only=(low, high)).get((low, high), [])


def beginnings(
    session: Session, *, at: datetime, only: Teams | None = None
) -> dict[Teams, list[Began]]:
    """What brought any two teams together until `at` (UTC), by pair, oldest first.

    Two statements, however many teams there are; `only` narrows them to one pair.
    """
    found: dict[Teams, set[tuple[date, CommitmentKind, int]]] = defaultdict(set)
    for kind, home, host, source, start in _begun_abroad(session, at, only):
        found[min(home, host), max(home, host)].add((start.date(), kind, source))
    for source, (teams, start) in _begun_together(session, at, only).items():
        for low, high in combinations(sorted(teams), 2):
            found[low, high].add((start.date(), CommitmentKind.SESSION, source))
    return {
        pair: [Began(kind, day, source) for day, kind, source in sorted(days)]
        for pair, days in sorted(found.items())
    }


def _begun_abroad(
    session: Session, at: datetime, only: Teams | None
) -> Iterator[tuple[CommitmentKind, int, int, int, datetime]]:
    """Stays and trips: kind, home, host, source and the start of the first who went along."""
    rows = session.execute(
        select(
            Commitment.kind,
            Commitment.home_team_id,
            Commitment.host_team_id,
            Commitment.source_id,
            func.min(Commitment.starts_at, type_=Commitment.starts_at.type),
        )
        .where(
            Commitment.active,
            Commitment.kind.in_(ABROAD),
            Commitment.starts_at < at,
            Commitment.home_team_id != Commitment.host_team_id,
            _from(only),
            Commitment.host_team_id.in_(only) if only else true(),
        )
        .group_by(
            Commitment.kind,
            Commitment.source_id,
            Commitment.home_team_id,
            Commitment.host_team_id,
        )
    )
    for kind, home, host, source, start in rows:
        if home is not None and host is not None:
            yield kind, home, host, source, start


def _begun_together(
    session: Session, at: datetime, only: Teams | None
) -> dict[int, tuple[set[int], datetime]]:
    """Meetings of trainings that are over: the teams that had people there, and the start."""
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
            _from(only),
        )
        .group_by(Commitment.source_id, Commitment.home_team_id)
    ).all()
    found: dict[int, tuple[set[int], datetime]] = {}
    for source_id, team_id, start in rows:
        teams, first = found.get(source_id, (set(), start))
        known = teams if team_id is None else teams | {team_id}
        found[source_id] = known, min(start, first)
    return found


def _from(only: Teams | None) -> ColumnElement[bool]:
    return Commitment.home_team_id.in_(only) if only else true()
