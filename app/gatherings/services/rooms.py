"""HR keeps the rooms in which sessions take place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.agenda.models import CommitmentKind
from app.agenda.services import relocate
from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_, Invalid, Stale
from app.domain.timespan import start_of
from app.gatherings.models import Gathering, Meeting, Room
from app.gatherings.services.bookings.claims import where
from app.people.models import Site


class RoomNameTaken(Invalid):
    """Names tell the rooms of a site apart."""

    msgid = N_("This site already has a room of this name.")


class StillMeetsHere(Invalid):
    """A room cannot close under those who have booked."""

    msgid = N_("“%(title)s” still meets here on %(day)s. Please move it first.")


class TooSmallForMeetings(Invalid):
    """A room cannot shrink under those who have booked."""

    msgid = N_("“%(title)s” on %(day)s has %(seats)s seats in this room. Please move it first.")


class MeetingsTieIt(Invalid):
    """A room cannot go to another site with its meetings."""

    msgid = N_("“%(title)s” meets here on %(day)s, so the room cannot change its site.")


@dataclass(frozen=True, slots=True)
class RoomFields:
    """`closed_on` is the first day on which the room is no more, or None."""

    site_id: int
    name: str
    seats: int
    closed_on: date | None


def add(session: Session, fields: RoomFields, *, by: int | None, at: datetime) -> Room:
    """Add a room. Raises RoomNameTaken."""
    _refuse_twin(session, fields, but=None)
    room = Room(**asdict(fields))
    session.add(room)
    session.flush()  # the audit entry needs the key
    _record(session, room, by, at, added=True)
    return room


def change(
    session: Session, room: Room, fields: RoomFields, *, opened_on: int, by: int, at: datetime
) -> None:
    """Change or close a room.

    Raises Stale, RoomNameTaken, StillMeetsHere, TooSmallForMeetings and MeetingsTieIt.
    """
    if room.version != opened_on:
        raise Stale
    _refuse_twin(session, fields, but=room.id)
    _refuse_what_meetings_need(session, room, fields, at)
    changed = [name for name, value in asdict(fields).items() if getattr(room, name) != value]
    for name in changed:
        setattr(room, name, getattr(fields, name))
    if "name" in changed:
        _tell_calendars(session, room, at)
    if changed:
        _record(session, room, by, at, fields=sorted(changed))


def _tell_calendars(session: Session, room: Room, at: datetime) -> None:
    meetings = session.scalars(
        select(Meeting)
        .where(Meeting.room_id == room.id, Meeting.active, Meeting.ends_at > at)
        .options(joinedload(Meeting.room))
    )
    places = {meeting.id: where(meeting) for meeting in meetings}
    kinds = (CommitmentKind.SESSION, CommitmentKind.TEACHING, CommitmentKind.TRIP)
    relocate(session, kinds, places, at=at)


def _refuse_twin(session: Session, fields: RoomFields, *, but: int | None) -> None:
    rows = session.execute(select(Room.id, Room.name).where(Room.site_id == fields.site_id))
    if any(name.casefold() == fields.name.casefold() and key != but for key, name in rows):
        raise RoomNameTaken


def _refuse_what_meetings_need(
    session: Session, room: Room, fields: RoomFields, at: datetime
) -> None:
    zone = session.get_one(Site, room.site_id).timezone
    rows = session.execute(
        select(Gathering.title, Meeting.starts_at, Meeting.ends_at, Gathering.capacity)
        .join(Gathering, Gathering.id == Meeting.gathering_id)
        .where(Meeting.room_id == room.id, Meeting.active, Meeting.ends_at > at)
        .order_by(Meeting.starts_at)
    ).all()
    closes_at = start_of(fields.closed_on, zone) if fields.closed_on else None
    for title, starts_at, ends_at, seats in rows:
        told = {"title": title, "day": starts_at.astimezone(zone).date().isoformat()}
        if fields.site_id != room.site_id:
            raise MeetingsTieIt(**told)
        if closes_at is not None and ends_at > closes_at:
            raise StillMeetsHere(**told)
        if fields.seats < min(seats, room.seats):
            raise TooSmallForMeetings(**told, seats=seats)


def _record(session: Session, room: Room, by: int | None, at: datetime, **detail: object) -> None:
    subject = f"room:{room.id}"
    record(session, AuditKind.ROOM_CHANGED, actor_id=by, subject=subject, at=at, **detail)
