"""What must not be in the tables of bookings; each gives one sentence per fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import String as Text
from sqlalchemy import and_, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.agenda.models import Commitment
from app.domain.queueing import moving_up
from app.domain.seats import BOOKABLE, CAME_TO_AN_END, HOLDING, LIVE, BookingState
from app.gatherings.models import Booking, BookingStep, Gathering, Meeting
from app.gatherings.queries.bookings.lists import waiters
from app.gatherings.queries.bookings.seats import seats_now
from app.outbox.models import Notice
from app.people.models import Person


def miscounted_seats(session: Session) -> Iterator[str]:
    """Seats sold twice, counted wrongly, or kept beyond what is wanted (I1). One statement."""
    held = (
        select(func.count(Booking.id))
        .where(Booking.gathering_id == Gathering.id, Booking.state.in_(HOLDING))
        .correlate(Gathering)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Gathering.id, held, Gathering.taken, Gathering.capacity, Gathering.wanted_capacity
        ).order_by(Gathering.id)
    )
    for key, number, taken, capacity, wanted in rows:
        if number > capacity:
            yield f"gathering {key} has {capacity} seats and {number} people in them"
        elif number != taken:
            yield f"gathering {key} counts {taken} taken seats, and {number} are"
        elif capacity not in {wanted, taken}:
            yield f"gathering {key} has {capacity} seats, neither the {wanted} wanted nor the taken"


def doubled_bookings(session: Session) -> Iterator[str]:
    """People with two live bookings of one gathering (I2). One statement."""
    rows = session.execute(
        select(Booking.gathering_id, Booking.person_id)
        .where(Booking.state.in_(LIVE))
        .group_by(Booking.gathering_id, Booking.person_id)
        .having(func.count() > 1)
        .order_by(Booking.gathering_id)
    )
    for gathering_id, person_id in rows:
        yield f"person {person_id} has two bookings of gathering {gathering_id}"


def idle_seats(session: Session, now: datetime) -> Iterator[str]:
    """Seats that stay free though somebody on the list could have them (I2).

    The worker looks every minute. Three statements per gathering with both.
    """
    waiting = (
        select(Booking.id)
        .where(Booking.gathering_id == Gathering.id, Booking.state == BookingState.WAITLISTED)
        .correlate(Gathering)
    )
    rows = session.scalars(
        select(Gathering)
        .where(
            Gathering.state.in_(BOOKABLE),
            Gathering.taken < Gathering.capacity,
            Gathering.closes_at > now,
            Gathering.starts_at > now,
            waiting.exists(),
        )
        .options(joinedload(Gathering.site))
        .order_by(Gathering.id)
    ).all()
    for gathering in rows:
        people = waiters(session, gathering)
        if moving_up(seats_now(session, gathering, at=now), people):
            yield f"gathering {gathering.id} has a free seat and somebody who waits for it"


def late_answers(session: Session, now: datetime) -> Iterator[str]:
    """Requests and offers that ran out and were not ended (I2, I17). One statement."""
    open_ = (BookingState.REQUESTED, BookingState.OFFERED)
    rows = session.scalars(
        select(Booking.id)
        .where(Booking.state.in_(open_), Booking.expires_at < now)
        .order_by(Booking.id)
    )
    for key in rows:
        yield f"booking {key} ran out and is still open: is the worker running?"


def broken_histories(session: Session) -> Iterator[str]:
    """Bookings whose steps are not 1 to their version, or end elsewhere (I5). One statement."""
    last = and_(BookingStep.booking_id == Booking.id, BookingStep.version == Booking.version)
    steps = (
        select(
            BookingStep.booking_id.label("booking_id"),
            func.count().label("steps"),
            func.max(BookingStep.version).label("last"),
        )
        .group_by(BookingStep.booking_id)
        .subquery()
    )
    rows = session.scalars(
        select(Booking.id)
        .outerjoin(steps, steps.c.booking_id == Booking.id)
        .outerjoin(BookingStep, last)
        .where(
            or_(
                steps.c.steps.is_(None),
                steps.c.steps != Booking.version,
                steps.c.last != Booking.version,
                BookingStep.after != Booking.state,
            )
        )
        .order_by(Booking.id)
    )
    for key in rows:
        yield f"the history of booking {key} has a gap or ends elsewhere"


def untold_changes(session: Session, *, since: datetime) -> Iterator[str]:
    """Changes of bookings after `since` of which the person was not told (I4). One statement.

    Attendance is not told step by step; what an erased person was told is gone.
    """
    key = (
        "booking:"
        + cast(BookingStep.booking_id, Text)
        + ":v"
        + cast(BookingStep.version, Text)
        + ":person:"
        + cast(Booking.person_id, Text)
    )
    rows = session.execute(
        select(BookingStep.booking_id, BookingStep.version)
        .join(Booking, Booking.id == BookingStep.booking_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Notice, Notice.dedupe_key == key)
        .where(
            BookingStep.at > since,
            BookingStep.after.not_in(CAME_TO_AN_END),
            Notice.id.is_(None),
            Person.stands_for.is_(None),
        )
        .order_by(BookingStep.booking_id, BookingStep.version)
    )
    for booking_id, version in rows:
        yield f"nobody was told of version {version} of booking {booking_id}"


def doubled_times(session: Session) -> Iterator[str]:
    """People with two hard commitments at once (I3). One statement."""
    other = select(Commitment).subquery()
    rows = session.execute(
        select(Commitment.person_id, Commitment.id, other.c.id)
        .join(
            other,
            and_(
                other.c.person_id == Commitment.person_id,
                other.c.id > Commitment.id,
                other.c.starts_at < Commitment.ends_at,
                Commitment.starts_at < other.c.ends_at,
            ),
        )
        .where(Commitment.active, Commitment.hard, other.c.active, other.c.hard)
        .order_by(Commitment.id)
    )
    for person_id, one, two in rows:
        yield f"person {person_id} has to be in two places at once: commitments {one} and {two}"


def lost_times(session: Session) -> Iterator[str]:
    """Booked seats of gatherings to come whose time nobody holds. One statement."""
    held = (
        select(Commitment.id)
        .join(Meeting, Meeting.id == Commitment.source_id)
        .where(
            Meeting.gathering_id == Booking.gathering_id,
            Commitment.person_id == Booking.person_id,
            Commitment.active,
        )
        .correlate(Booking)
    )
    rows = session.scalars(
        select(Booking.id)
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(Booking.state == BookingState.BOOKED, Gathering.state.in_(BOOKABLE), ~held.exists())
        .order_by(Booking.id)
    )
    for key in rows:
        yield f"booking {key} holds a seat but not the person's time"
