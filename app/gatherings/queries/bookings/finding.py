"""Single bookings with what a page or an act needs of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from app.domain.seats import LIVE, GatheringKind
from app.gatherings.models import Booking, Gathering, Meeting


def with_gathering() -> tuple[LoaderOption, ...]:
    """Load a booking with its gathering: course, site, and meetings with their rooms."""
    return (
        joinedload(Booking.gathering).options(
            joinedload(Gathering.course),
            joinedload(Gathering.site, innerjoin=True),
            selectinload(Gathering.meetings).joinedload(Meeting.room),
        ),
    )


def find(session: Session, booking_id: int) -> Booking | None:
    """A booking with its person, gathering, course, site and meetings, or None.

    Two statements.
    """
    return session.scalar(
        select(Booking)
        .where(Booking.id == booking_id)
        .options(joinedload(Booking.person), *with_gathering())
    )


def find_with_leaders(session: Session, booking_id: int) -> Booking | None:
    """As `find`, with those who lead its meetings. Three statements."""
    meetings = joinedload(Booking.gathering).selectinload(Gathering.meetings)
    return session.scalar(
        select(Booking)
        .where(Booking.id == booking_id)
        .options(
            joinedload(Booking.person), *with_gathering(), meetings.selectinload(Meeting.trainers)
        )
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Whose booking it is, None when there is none, and the page of its gathering."""

    person_id: int | None
    path: str = ""


def place_held(session: Session, booking_id: int) -> Place:
    """Whose a booking is and where its page is. One light statement, no locks."""
    row = session.execute(
        select(Booking.person_id, Gathering.kind, Gathering.id)
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(Booking.id == booking_id)
    ).one_or_none()
    if row is None:
        return Place(None)
    room = "sessions" if row.kind is GatheringKind.SESSION else "trips"
    return Place(row.person_id, f"/{room}/{row.id}")


def live_booking(session: Session, gathering_id: int, person_id: int) -> Booking | None:
    """The one booking by which a person holds a seat or waits, or None. One statement."""
    return session.scalar(
        select(Booking).where(
            Booking.gathering_id == gathering_id,
            Booking.person_id == person_id,
            Booking.state.in_(LIVE),
        )
    )


def live_bookings(
    session: Session, gathering_ids: Collection[int], person_id: int
) -> dict[int, Booking]:
    """Gathering id -> the person's live booking, where there is one. One statement."""
    rows = session.scalars(
        select(Booking).where(
            Booking.gathering_id.in_(sorted(gathering_ids)),
            Booking.person_id == person_id,
            Booking.state.in_(LIVE),
        )
    )
    return {booking.gathering_id: booking for booking in rows}
