"""A gathering as plain data: as much as an act on its seats needs, without loading all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.seats import GatheringKind, GatheringState
from app.domain.timespan import Timespan
from app.gatherings.models import Gathering, Meeting, Room
from app.people.models import Site


@dataclass(frozen=True, slots=True)
class KnownSite:
    """Its site; `zone` is an IANA name."""

    name: str
    zone: str

    @property
    def timezone(self) -> ZoneInfo:
        """The wall clock there."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """A room by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """One meeting, from `span.start` to before `span.end`."""

    id: int
    number: int
    span: Timespan
    place: str
    link: str
    room: KnownRoom | None


@dataclass(frozen=True, slots=True)
class KnownGathering:
    """A gathering with its site and its meetings, in their order; all instants in UTC."""

    id: int
    kind: GatheringKind
    state: GatheringState
    course_id: int | None
    title: str
    language: str
    site_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    opens_at: datetime
    closes_at: datetime
    cancel_until: datetime
    needs_approval: bool
    site: KnownSite
    meetings: tuple[KnownMeeting, ...]


_BESIDE = {"site", "meetings"}
_OWN: tuple[Any, ...] = tuple(
    getattr(Gathering, field.name) for field in fields(KnownGathering) if field.name not in _BESIDE
)
_OF_SITE: tuple[Any, ...] = (Site.name, Site.zone)
_OF_MEETING: tuple[Any, ...] = (
    Meeting.id,
    Meeting.number,
    Meeting.starts_at,
    Meeting.ends_at,
    Meeting.place,
    Meeting.link,
    Room.name,
)
COLUMNS = (*_OWN, *_OF_SITE, *_OF_MEETING)
_SITE, _MEETING = len(_OWN), len(_OWN) + len(_OF_SITE)


def from_rows(rows: Sequence[Sequence[Any]]) -> KnownGathering:
    """The gathering of rows that begin with `COLUMNS`, one per meeting, in their order."""
    first = rows[0]
    site = KnownSite(*first[_SITE:_MEETING])
    meetings = (_meeting(row[_MEETING : len(COLUMNS)]) for row in rows)
    found = tuple(meetings) if first[_MEETING] is not None else ()
    columns: tuple[Any, ...] = (*first[:_SITE], site, found)
    return KnownGathering(*columns)


def _meeting(columns: Sequence[Any]) -> KnownMeeting:
    key, number, start, end, place, link, room = columns
    there = None if room is None else KnownRoom(room)
    return KnownMeeting(key, number, Timespan(start, end), place, link, there)
