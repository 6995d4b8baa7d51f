"""Which gatherings the worker has to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.domain.seats import BEFORE_IT_STARTS, BOOKABLE, BookingState, GatheringState
from app.gatherings.models import Booking, Gathering
from app.people.models import Person

OPEN = (BookingState.REQUESTED, BookingState.OFFERED)
A_DAY = timedelta(days=1)
MINIMUM_AHEAD = timedelta(days=12)  # more than three working days, whatever the holidays


def due_for_keeping(session: Session, *, at: datetime) -> list[int]:
    """Keys of gatherings in which something may be due at an instant, by key. One statement.

    Open questions that ran out or soon do, free seats somebody waits for, minimums near their
    day of decision, people who left the company, what has begun with people still waiting, and
    what is over.
    """
    soon = (at + MINIMUM_AHEAD).date()
    undecided = and_(Gathering.state == GatheringState.ANNOUNCED, Gathering.decide_on <= soon)
    return list(
        session.scalars(
            select(Gathering.id)
            .where(
                Gathering.state.in_(BOOKABLE),
                or_(
                    Gathering.ends_at <= at,
                    undecided,
                    _has(Booking.state.in_(OPEN), Booking.expires_at <= at),
                    _has(
                        Booking.state == BookingState.REQUESTED,
                        Booking.reminded_at.is_(None),
                        Booking.expires_at <= at + A_DAY,
                    ),
                    and_(_has(Booking.state == BookingState.WAITLISTED), _moves(at)),
                    and_(Gathering.starts_at > at, _holds_somebody_gone(at)),
                ),
            )
            .order_by(Gathering.id)
        )
    )


def _moves(at: datetime) -> ColumnElement[bool]:
    """The waiting list moves while booking is open, and ends with the start."""
    free = and_(Gathering.taken < Gathering.capacity, Gathering.closes_at > at)
    return or_(Gathering.starts_at <= at, free)


def _holds_somebody_gone(at: datetime) -> ColumnElement[bool]:
    left = select(Person.id).where(Person.left_on <= at.date())
    return _has(Booking.state.in_(BEFORE_IT_STARTS), Booking.person_id.in_(left))


def _has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Booking.id)
        .where(Booking.gathering_id == Gathering.id, *conditions)
        .correlate(Gathering)
        .exists()
    )
