"""Seats kept for people who keep a rank from a date that was called off or never had a seat."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.domain.seats import LIVE
from app.domain.seats.occasion import Occasion
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.people.models import Person


def keeps_seats_first(gathering: Occasion, at: datetime) -> bool:
    """Whether seats of this date are kept for those who keep a rank now."""
    return gathering.first_until is not None and at < gathering.first_until


def promised(session: Session, gathering: Occasion, *, at: datetime) -> int:
    """How many keep a rank and have not asked for a seat of this date. At most one statement."""
    if not keeps_seats_first(gathering, at):
        return 0
    counted = select(_promised(at.date())).where(Gathering.id == gathering.id)
    return session.scalar(counted) or 0


def promised_now(at: datetime) -> ColumnElement[int]:
    """The same as a column beside gatherings, 0 once nothing is kept any more."""
    return case((Gathering.first_until > at, _promised(at.date())), else_=0)


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


def _promised(today: date) -> ScalarSelect[int]:
    """Who has left the company, or stands on this date's list already, is not counted."""
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
            and_(
                CourseInterest.course_id == Gathering.course_id,
                CourseInterest.rank_from.is_not(None),
                or_(Person.left_on.is_(None), Person.left_on > today),
                ~asked.exists(),
            )
        )
        .correlate(Gathering)
        .scalar_subquery()
    )
