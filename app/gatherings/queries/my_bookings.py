"""A person's own bookings with their history, and their places on waiting lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.domain.seats import SEATED, BookingState
from app.gatherings.models import Booking, BookingStep, Gathering
from app.gatherings.queries.bookings.finding import with_gathering


def of_person(session: Session, person_id: int) -> Sequence[Booking]:
    """Every booking of a person with gathering, meetings and steps, soonest start first.

    Three statements.
    """
    return session.scalars(
        select(Booking)
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(Booking.person_id == person_id)
        .options(selectinload(Booking.steps).joinedload(BookingStep.actor), *with_gathering())
        .order_by(Gathering.starts_at, Booking.id)
    ).all()


def places(session: Session, person_id: int) -> dict[int, int]:
    """Booking id -> place on the waiting list, from 1, of everything a person waits for.

    The list is ordered by priority, then time joined, then key. One statement.
    """
    own, other = aliased(Booking), aliased(Booking)
    earlier = or_(
        other.priority > own.priority,
        and_(
            other.priority == own.priority,
            or_(
                other.joined_at < own.joined_at,
                and_(other.joined_at == own.joined_at, other.id < own.id),
            ),
        ),
    )
    rows = session.execute(
        select(own.id, func.count(other.id))
        .outerjoin(
            other,
            and_(
                other.gathering_id == own.gathering_id,
                other.state == BookingState.WAITLISTED,
                earlier,
            ),
        )
        .where(own.person_id == person_id, own.state == BookingState.WAITLISTED)
        .group_by(own.id)
    )
    return {booking_id: before + 1 for booking_id, before in rows}


def offered(session: Session, person_id: int, *, at: datetime) -> Sequence[Booking]:
    """Seats that are offered to a person and can still be taken. Two statements."""
    return session.scalars(
        select(Booking)
        .where(
            Booking.person_id == person_id,
            Booking.state == BookingState.OFFERED,
            Booking.expires_at > at,
        )
        .options(*with_gathering())
        .order_by(Booking.expires_at, Booking.id)
    ).all()


def coming_up(
    session: Session, person_id: int, *, at: datetime, before: datetime
) -> Sequence[Booking]:
    """What a person is sure of and that begins in `[at, before)`, soonest first. Two statements."""
    return session.scalars(
        select(Booking)
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(
            Booking.person_id == person_id,
            Booking.state.in_(SEATED),
            Gathering.ends_at > at,
            Gathering.starts_at < before,
        )
        .options(*with_gathering())
        .order_by(Gathering.starts_at, Booking.id)
    ).all()
