"""Seats kept for people who keep a rank from a date that was called off or never had a seat.

They are counted at the moment somebody asks, and only those who could come on that date.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.agenda.models import Commitment
from app.domain.seats import BOOKABLE, HOLDING, LIVE
from app.domain.seats.occasion import Occasion
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.queries.bookings.overlaps import overlapping
from app.people.models import Person


def keeps_seats_first(gathering: Occasion, at: datetime) -> bool:
    """Whether seats of this date are kept for those who keep a rank now."""
    return gathering.first_until is not None and at < gathering.first_until


def promised(session: Session, gathering: Occasion, *, at: datetime) -> int:
    """For how many who keep a rank a seat of this date is kept. At most one statement.

    That is who could come, has not asked for a seat here, and was given the rank since seats are
    kept: who let their days pass has none kept when those of others begin.
    """
    if not keeps_seats_first(gathering, at):
        return 0
    counted = select(_promised(at)).where(Gathering.id == gathering.id)
    return session.scalar(counted) or 0


def promised_now(at: datetime) -> ColumnElement[int]:
    """The same as a column beside gatherings, 0 once nothing is kept any more."""
    return case((Gathering.first_until > at, _promised(at)), else_=0)


def keeps_rank(person_id: int) -> ColumnElement[bool]:
    """Whether a person keeps a rank for a gathering's course."""
    return (
        select(CourseInterest.person_id)
        .where(
            CourseInterest.course_id == Gathering.course_id,
            CourseInterest.person_id == person_id,
            CourseInterest.rank_from.is_not(None),
        )
        .correlate(Gathering)
        .exists()
    )


def who_could_come(
    session: Session,
    gathering_ids: Collection[int],
    person_ids: Collection[int],
    *,
    at: datetime,
) -> dict[int, list[int]]:
    """Person -> the dates, soonest first, on which a seat helps them: of these people and dates.

    Who keeps no rank or could come on none is left out. At most one statement.
    """
    if not gathering_ids or not person_ids:
        return {}
    rows = session.execute(
        select(CourseInterest.person_id, Gathering.id)
        .join(Gathering, Gathering.course_id == CourseInterest.course_id)
        .join(Person, Person.id == CourseInterest.person_id)
        .where(
            Gathering.id.in_(sorted(gathering_ids)),
            CourseInterest.person_id.in_(sorted(person_ids)),
            CourseInterest.rank_from.is_not(None),
            _could_come(at),
        )
        .order_by(Gathering.starts_at, Gathering.id)
    )
    found: dict[int, list[int]] = {}
    for person_id, gathering_id in rows:
        found.setdefault(person_id, []).append(gathering_id)
    return found


def _promised(at: datetime) -> ScalarSelect[int]:
    asked = (
        select(Booking.id)
        .where(
            Booking.gathering_id == Gathering.id,
            Booking.person_id == CourseInterest.person_id,
            Booking.state.in_(LIVE),
        )
        .correlate(Gathering, CourseInterest)
    )
    return (
        select(func.count())
        .select_from(CourseInterest)
        .join(Person, Person.id == CourseInterest.person_id)
        .where(
            CourseInterest.course_id == Gathering.course_id,
            CourseInterest.rank_from.is_not(None),
            or_(Gathering.first_from.is_(None), CourseInterest.ranked_at >= Gathering.first_from),
            ~asked.exists(),
            _could_come(at),
        )
        .correlate(Gathering)
        .scalar_subquery()
    )


def _could_come(at: datetime) -> ColumnElement[bool]:
    """Whether somebody who keeps a rank is there until the date is over and free at its times.

    Who has a seat on a date of the course that is to come needs no other.
    """
    is_here = or_(Person.left_on.is_(None), Person.left_on > func.date(Gathering.ends_at))
    return and_(is_here, ~_has_a_seat(at), ~_is_busy())


def _has_a_seat(at: datetime) -> ColumnElement[bool]:
    other, seat = aliased(Gathering), aliased(Booking)
    return (
        select(seat.id)
        .join(other, other.id == seat.gathering_id)
        .where(
            seat.person_id == CourseInterest.person_id,
            seat.state.in_(HOLDING),
            other.course_id == Gathering.course_id,
            other.state.in_(BOOKABLE),
            other.starts_at > at,
        )
        .correlate(Gathering, CourseInterest)
        .exists()
    )


def _is_busy() -> ColumnElement[bool]:
    """A hard commitment of the person overlaps a meeting; who has not asked holds none of it."""
    found = overlapping(Commitment.id, Gathering.id, CourseInterest.person_id)
    return found.correlate(Gathering, CourseInterest).exists()
