"""The waiting list of a gathering, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agenda.models import Commitment
from app.domain.queueing import Waiter
from app.domain.seats import BookingState
from app.gatherings.models import Booking, Gathering, Meeting
from app.people.models import Person

IN_ORDER = (Booking.priority.desc(), Booking.joined_at, Booking.id)


def queue_of(session: Session, gathering_id: int) -> Sequence[Booking]:
    """Who waits, in order, with their person. One statement."""
    return session.scalars(
        select(Booking)
        .where(_waits_for(gathering_id))
        .options(joinedload(Booking.person))
        .order_by(*IN_ORDER)
    ).all()


def place_of(session: Session, booking: Booking) -> int | None:
    """The place on the waiting list, from 1, or None for somebody who does not wait.

    One statement, or none.
    """
    if booking.state is not BookingState.WAITLISTED:
        return None
    earlier = or_(
        Booking.priority > booking.priority,
        and_(
            Booking.priority == booking.priority,
            or_(
                Booking.joined_at < booking.joined_at,
                and_(Booking.joined_at == booking.joined_at, Booking.id < booking.id),
            ),
        ),
    )
    before = select(func.count()).where(_waits_for(booking.gathering_id), earlier)
    return (session.scalar(before) or 0) + 1


def waiters(session: Session, gathering: Gathering) -> list[Waiter]:
    """The waiting list as the domain decides on it. One statement.

    Somebody who will have left the company counts as elsewhere.
    """
    rows = session.execute(
        select(
            Booking.id,
            Booking.department_id,
            Booking.priority,
            Booking.joined_at,
            Booking.approval,
            or_(_is_busy(), _has_left(gathering)),
        )
        .join(Person, Person.id == Booking.person_id)
        .where(_waits_for(gathering.id))
        .order_by(*IN_ORDER)
    )
    return [Waiter(*row) for row in rows]


def _waits_for(gathering_id: int) -> ColumnElement[bool]:
    return and_(Booking.gathering_id == gathering_id, Booking.state == BookingState.WAITLISTED)


def _is_busy() -> ColumnElement[bool]:
    """A hard commitment of the person overlaps a meeting; who waits holds none of this one."""
    return (
        select(Commitment.id)
        .join(
            Meeting,
            and_(
                Meeting.gathering_id == Booking.gathering_id,
                Meeting.active,
                Meeting.starts_at < Commitment.ends_at,
                Commitment.starts_at < Meeting.ends_at,
            ),
        )
        .where(Commitment.person_id == Booking.person_id, Commitment.active, Commitment.hard)
        .correlate(Booking)
        .exists()
    )


def _has_left(gathering: Gathering) -> ColumnElement[bool]:
    return and_(Person.left_on.is_not(None), Person.left_on <= gathering.ends_at.date())
