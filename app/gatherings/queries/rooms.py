"""Rooms of the sites, and when they are taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import in_order, sort_key
from app.gatherings.models import Meeting, Room


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room with its number of meetings to come, and when the next one begins."""

    room: Room
    meetings: int
    next_at: datetime | None


ORDERS: dict[str, Callable[[RoomLine], Any]] = {
    "name": lambda line: sort_key(line.room.name),
    "site": lambda line: sort_key(line.room.site.name, line.room.name),
    "seats": lambda line: line.room.seats,
    "meetings": lambda line: line.meetings,
}


def find(session: Session, room_id: int) -> Room | None:
    """The room with its site. One statement."""
    return session.scalar(select(Room).where(Room.id == room_id).options(joinedload(Room.site)))


def lines(session: Session, *, at: datetime) -> list[RoomLine]:
    """Every room with its site, closed ones included. Two statements."""
    rows = session.execute(
        select(Meeting.room_id, func.count(), func.min(Meeting.starts_at))
        .where(Meeting.active, Meeting.room_id.is_not(None), Meeting.ends_at > at)
        .group_by(Meeting.room_id)
    )
    taken = {row[0]: (row[1], row[2]) for row in rows}
    rooms = session.scalars(select(Room).options(joinedload(Room.site)))
    return [RoomLine(room, *taken.get(room.id, (0, None))) for room in rooms]


def open_rooms(session: Session, *, today: date) -> list[Room]:
    """Rooms not closed by a day, by site and name. One statement."""
    rows = session.scalars(
        select(Room)
        .where((Room.closed_on.is_(None)) | (Room.closed_on > today))
        .options(joinedload(Room.site))
    )
    return in_order(rows, lambda room: (room.site.name, room.name))


def meetings_from(session: Session, room_id: int, *, since: datetime) -> Sequence[Meeting]:
    """Meetings that hold a room and end after `since`, soonest first, with what they belong to.

    One statement.
    """
    return session.scalars(
        select(Meeting)
        .where(Meeting.room_id == room_id, Meeting.active, Meeting.ends_at > since)
        .options(joinedload(Meeting.gathering))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
