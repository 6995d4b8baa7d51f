"""Lining up: whoever acts on a gathering holds its row first, then the people concerned.

Gatherings are locked in the order of their keys, people in the order of theirs, the audit log
last of all; so no two acts ever wait for each other. On SQLite the unit of work is alone anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Integer, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.database import wait_in_line
from app.domain.seats import BOOKABLE, BookingState, Window
from app.domain.seats.occasion import Occasion
from app.domain.seats.refusals import NotBookable, NotThere
from app.gatherings.models import Booking, Gathering, Meeting
from app.people.models import Person

LINE = 2  # of those who act on a gathering, see app.database.wait_in_line
_KEYS: Any = bindparam("keys", type_=ARRAY(Integer))
_PLACES = func.unnest(_KEYS).column_valued("place")  # one after the other, as they are given
_TURNS = (
    select(_PLACES.label("id"))
    .where(wait_in_line(LINE, _PLACES))
    .cte("turn")
    .prefix_with("MATERIALIZED")
)
# Built once: every booking begins with them.
_LOCK = (  # only then is looked, so that what others did while we waited is seen
    select(Gathering.id)
    .join(_TURNS, _TURNS.c.id == Gathering.id)
    .order_by(Gathering.id)
    .with_for_update(of=Gathering, key_share=True)
)
_LOOK = (
    select(Gathering)
    .where(Gathering.id.in_(bindparam("keys", expanding=True)))
    .join(Gathering.site)
    .outerjoin(Gathering.meetings)
    .outerjoin(Meeting.room)
    .options(
        contains_eager(Gathering.site),
        contains_eager(Gathering.meetings).contains_eager(Meeting.room),
    )
    .order_by(Gathering.id, Meeting.number)
    .execution_options(populate_existing=True)
)


def hold_gathering(session: Session, gathering_id: int) -> Gathering:
    """Lock one gathering; gives it with site and meetings. One statement, two on PostgreSQL.

    Raises NotThere for one that does not exist.
    """
    found = hold_gatherings(session, [gathering_id])
    if not found:
        raise NotThere
    return found[0]


def hold_gatherings(session: Session, gathering_ids: Collection[int]) -> Sequence[Gathering]:
    """Lock gatherings in the order of their keys. One statement, two on PostgreSQL."""
    keys = lock_gatherings(session, gathering_ids)
    return session.scalars(_LOOK, {"keys": keys}).unique().all()


def lock_gatherings(session: Session, gathering_ids: Collection[int]) -> list[int]:
    """Wait for our turn at gatherings, in the order of their keys; gives those.

    One statement on PostgreSQL; none on SQLite, where the unit of work is alone.
    """
    keys = sorted(set(gathering_ids))
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_LOCK, {"keys": keys})
    return keys


def hold_booking(session: Session, booking_id: int) -> tuple[Booking, Gathering]:
    """Lock the gathering of a booking; gives both. At most four statements. Raises NotThere."""
    key = session.scalar(select(Booking.gathering_id).where(Booking.id == booking_id))
    gathering = hold_gathering(session, key or 0)
    return bookings_in_line(session, [booking_id])[0], gathering


def bookings_in_line(session: Session, booking_ids: Collection[int]) -> Sequence[Booking]:
    """Bookings of locked gatherings, as they stand now, by key. One statement."""
    return session.scalars(
        select(Booking)
        .where(Booking.id.in_(sorted(booking_ids)))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def hold_people(
    session: Session, gathering_ids: Collection[int], person_ids: Collection[int] = ()
) -> None:
    """Lock these people and all who wait, in the order of their keys, before their time is written.

    At most one statement; none on SQLite, where nobody else writes meanwhile.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    waiting = select(Booking.person_id).where(
        Booking.gathering_id.in_(sorted(gathering_ids)),
        Booking.state == BookingState.WAITLISTED,
    )
    session.execute(
        select(Person.id)
        .where(or_(Person.id.in_(sorted(person_ids)), Person.id.in_(waiting)))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )


def require_bookable(gathering: Occasion) -> None:
    """Raise NotBookable for a draft, and for what was called off or is over."""
    if gathering.state not in BOOKABLE:
        raise NotBookable


def window_of(gathering: Occasion) -> Window:
    """The moments between which its seats are given away."""
    return Window(gathering.opens_at, gathering.closes_at, gathering.starts_at)


def zone_of(gathering: Occasion) -> ZoneInfo:
    """The wall clock of its site."""
    return gathering.site.timezone


def today_at(gathering: Occasion, at: datetime) -> date:
    """The day at its site."""
    return at.astimezone(zone_of(gathering)).date()
