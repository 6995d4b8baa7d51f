"""Joint days to browse, one of them with its people, and a person's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.seats import (
    BOOKABLE,
    CAME_TO_AN_END,
    SEATED,
    BookingState,
    GatheringKind,
)
from app.gatherings.models import Booking, Gathering, Trip
from app.gatherings.queries.offers import whole
from app.people.models import Person, Team

KINDS = (GatheringKind.TRIP, GatheringKind.JOINT_DAY)
THERE = SEATED | CAME_TO_AN_END - {BookingState.NO_SHOW, BookingState.EXCUSED}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class JointDay:
    """A field trip or joint day: the gathering, and what it has beside its seats."""

    gathering: Gathering
    trip: Trip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty parts narrow nothing. `before` is a UTC instant."""

    text: str = ""
    region: str = ""
    segment: str = ""
    kind: GatheringKind | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a claim on a seat, and the team they booked from."""

    booking: Booking
    person: Person
    team: Team | None


def upcoming(
    session: Session, wanted: Wanted, *, at: datetime, offset: int, limit: int
) -> tuple[list[JointDay], int]:
    """Announced joint days that have not begun, soonest first, and how many. Seven statements."""
    keys = _narrowed(wanted, at).subquery()
    total = session.scalar(select(func.count()).select_from(keys)) or 0
    rows = session.execute(
        _days()
        .where(Gathering.id.in_(select(keys.c.id)))
        .order_by(Gathering.starts_at, Gathering.id)
        .offset(offset)
        .limit(limit)
    )
    return [JointDay(*row) for row in rows], total


def _narrowed(wanted: Wanted, at: datetime) -> Select[int]:
    statement = (
        select(Gathering.id)
        .join(Trip, Trip.gathering_id == Gathering.id)
        .where(Gathering.state.in_(BOOKABLE), Gathering.starts_at > at)
    )
    if wanted.text:
        text = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        fields = (Trip.label, Trip.region, Trip.segment)
        like = (field.ilike(f"%{text}%", escape="\\") for field in fields)
        statement = statement.where(or_(*like))
    for field, value in ((Trip.region, wanted.region), (Trip.segment, wanted.segment)):
        if value:
            statement = statement.where(field == value)
    if wanted.kind is not None:
        statement = statement.where(Gathering.kind == wanted.kind)
    if wanted.before is not None:
        statement = statement.where(Gathering.starts_at < wanted.before)
    return statement


def _days() -> Select[Gathering, Trip]:
    return (
        whole()
        .join(Trip, Trip.gathering_id == Gathering.id)
        .add_columns(Trip)
        .where(Gathering.kind.in_(KINDS))
        .options(joinedload(Gathering.host))
    )


def options(session: Session, *, at: datetime) -> tuple[list[str], list[str]]:
    """Regions and segments of what is to come, by name. Two statements."""
    found = []
    for field in (Trip.region, Trip.segment):
        rows = session.scalars(
            select(field)
            .join(Gathering, Gathering.id == Trip.gathering_id)
            .where(Gathering.state.in_(BOOKABLE), Gathering.starts_at > at, field != "")
            .distinct()
        )
        found.append(sorted(rows))
    return found[0], found[1]


def find(session: Session, gathering_id: int) -> JointDay | None:
    """One joint day with host, site and meetings, as it stands now. Five statements."""
    row = session.execute(
        _days().where(Gathering.id == gathering_id).execution_options(populate_existing=True)
    ).one_or_none()
    return JointDay(*row) if row is not None else None


def guests(session: Session, gathering_id: int) -> list[Guest]:
    """Everybody who asked for a seat, has one or had one, in order of time. One statement."""
    states = THERE | {BookingState.REQUESTED, BookingState.WAITLISTED, BookingState.OFFERED}
    rows = session.execute(
        select(Booking, Person, Team)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Team, Team.id == Booking.home_team_id)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(states))
        .order_by(Booking.id)
        .options(joinedload(Team.department))
    )
    return [Guest(*row) for row in rows]


def there(session: Session, gathering_id: int) -> dict[int, int | None]:
    """Person id -> team id of the guests sure of a seat. One statement."""
    rows = session.execute(
        select(Booking.person_id, Booking.home_team_id)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(THERE))
        .order_by(Booking.id)
    )
    return dict(rows.all())


def hosted(session: Session, person_id: int) -> list[JointDay]:
    """What a person offers or offered, newest first, at most a hundred. Five statements."""
    rows = session.execute(
        _days()
        .where(Gathering.host_id == person_id)
        .order_by(Gathering.starts_at.desc(), Gathering.id)
        .limit(MOST_SHOWN)
    )
    return [JointDay(*row) for row in rows]


def joined(session: Session, person_id: int) -> list[tuple[JointDay, Booking]]:
    """Joint days on which a person is or was a guest, newest first. Six statements."""
    own = session.scalars(
        select(Booking)
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(Booking.person_id == person_id, Gathering.kind.in_(KINDS))
        .order_by(Booking.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    rows = session.execute(
        _days().where(Gathering.id.in_({booking.gathering_id for booking in own}))
    )
    days = {gathering.id: JointDay(gathering, trip) for gathering, trip in rows}
    found = [(days[booking.gathering_id], booking) for booking in own]
    return sorted(found, key=lambda pair: pair[0].gathering.starts_at, reverse=True)
