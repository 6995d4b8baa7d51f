"""Who is busy when: commitments here and busy times of people's own calendars, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.agenda.models import BusyTime, CalendarSource, Commitment, Firmness
from app.calendars.reading.merging import merged
from app.domain.timespan import Days, Timespan


class BusyKind(StrEnum):
    """Where a busy time comes from, and what it is worth. Only HARD forbids; the others warn."""

    HARD = "hard"  # a commitment that cannot be doubled
    SOFT = "soft"  # a commitment that only warns
    OWN = "own"  # the person's own calendar says so
    OWN_SOFT = "own_soft"  # the person's own calendar is not certain


@dataclass(frozen=True, slots=True)
class Busy:
    """A time in which somebody is busy; nothing is said of what they do."""

    span: Timespan
    kind: BusyKind

    @property
    def is_imported(self) -> bool:
        """Whether only the person's own calendar knows of it."""
        return self.kind in {BusyKind.OWN, BusyKind.OWN_SOFT}


_OF_FIRMNESS = {Firmness.HARD: BusyKind.OWN, Firmness.SOFT: BusyKind.OWN_SOFT}


def busy(
    session: Session, person_ids: Sequence[int], span: Timespan
) -> Mapping[int, Sequence[Busy]]:
    """When these people are busy within a span, by time, merged by kind. Two statements.

    Spans are given whole, also where they reach out of `span`. People with nothing are left out.
    """
    found: dict[tuple[int, BusyKind], list[Timespan]] = defaultdict(list)
    for row in session.execute(
        select(Commitment.person_id, Commitment.starts_at, Commitment.ends_at, Commitment.hard)
        .where(Commitment.person_id.in_(person_ids), Commitment.active)
        .where(Commitment.starts_at < span.end, Commitment.ends_at > span.start)
    ):
        kind = BusyKind.HARD if row.hard else BusyKind.SOFT
        found[row.person_id, kind].append(Timespan(row.starts_at, row.ends_at))
    for person_id, kind, one in _imported(session, person_ids, span):
        found[person_id, kind].append(one)
    return _merged(found)


def imported(
    session: Session, person_ids: Sequence[int], span: Timespan
) -> Mapping[int, Sequence[Busy]]:
    """The same of people's own calendars alone. One statement."""
    found: dict[tuple[int, BusyKind], list[Timespan]] = defaultdict(list)
    for person_id, kind, one in _imported(session, person_ids, span):
        found[person_id, kind].append(one)
    return _merged(found)


def days_busy(
    session: Session, person_ids: Sequence[int], days: Days, zone: ZoneInfo
) -> Mapping[int, frozenset[date]]:
    """On which days people are busy according to their own calendars, uncertain ones left out.

    Days are those of `zone`; people with none are left out. One statement.
    """
    span = Timespan.from_days(days, zone)
    found: dict[int, set[date]] = defaultdict(set)
    for person_id, kind, one in _imported(session, person_ids, span):
        if kind is BusyKind.OWN:
            found[person_id] |= set(_touched(one, days, zone))
    return {person_id: frozenset(touched) for person_id, touched in found.items()}


def sources_of(session: Session, person_id: int) -> Sequence[CalendarSource]:
    """A person's outside calendars, the oldest first. One statement."""
    return session.scalars(
        select(CalendarSource)
        .where(CalendarSource.person_id == person_id)
        .order_by(CalendarSource.id)
    ).all()


def times_ahead(session: Session, person_id: int, *, after: datetime) -> Mapping[int, int]:
    """How many busy times of each calendar end after an instant. One statement."""
    rows = session.execute(
        select(BusyTime.source_id, func.count().label("number"))
        .where(BusyTime.person_id == person_id, BusyTime.ends_at > after)
        .group_by(BusyTime.source_id)
    )
    return {row.source_id: row.number for row in rows}


def find_source(session: Session, source_id: int, person_id: int) -> CalendarSource | None:
    """One calendar of this person, or None, also for anybody else's."""
    return session.scalar(
        select(CalendarSource).where(
            CalendarSource.id == source_id, CalendarSource.person_id == person_id
        )
    )


def _imported(
    session: Session, person_ids: Sequence[int], span: Timespan
) -> Iterable[tuple[int, BusyKind, Timespan]]:
    rows = session.execute(
        select(BusyTime.person_id, BusyTime.starts_at, BusyTime.ends_at, BusyTime.kind)
        .where(BusyTime.person_id.in_(person_ids))
        .where(BusyTime.starts_at < span.end, BusyTime.ends_at > span.start)
    )
    for row in rows:
        yield row.person_id, _OF_FIRMNESS[row.kind], Timespan(row.starts_at, row.ends_at)


def _merged(
    found: Mapping[tuple[int, BusyKind], Sequence[Timespan]],
) -> dict[int, Sequence[Busy]]:
    by_person: dict[int, list[Busy]] = defaultdict(list)
    for (person_id, kind), spans in found.items():
        whole = merged((one.start, one.end) for one in spans)
        by_person[person_id] += [Busy(Timespan(start, end), kind) for start, end in whole]
    return {
        person_id: sorted(times, key=lambda one: (one.span, one.kind))
        for person_id, times in by_person.items()
    }


def _touched(one: Timespan, days: Days, zone: ZoneInfo) -> Iterable[date]:
    first = one.start.astimezone(zone).date()
    last = (one.end - timedelta(microseconds=1)).astimezone(zone).date()
    day = max(first, days.start)
    while day <= last and day < days.end:
        yield day
        day += timedelta(days=1)
