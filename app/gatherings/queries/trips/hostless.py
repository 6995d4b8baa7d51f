"""Joint days to come whose host has left the company, and who could host them instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.seats import BOOKABLE, LIVE
from app.gatherings.models import Booking, Gathering, Trip
from app.gatherings.queries.trips.finding import KINDS, JointDay
from app.people.models import Account, Membership, MembershipKind, Person
from app.people.queries.circle import on_day, works_here

ONE_ZONE = timedelta(days=1)  # somewhere it is already tomorrow


def is_gone(session: Session, person_id: int | None, *, today: date) -> bool:
    """Whether employment has ended or the account is closed. One statement."""
    found = session.scalar(select(Person.id).where(Person.id == person_id, _gone(today)))
    return found is not None


def to_look_at(at: datetime) -> ColumnElement[bool]:
    """The condition that a joint day lies ahead and its host has gone, or had."""
    gone = select(Person.id).where(Person.id == Gathering.host_id, _gone(at.date() + ONE_ZONE))
    return and_(
        Gathering.state.in_(BOOKABLE),
        Gathering.starts_at > at,
        or_(Trip.host_left_at.is_not(None), gone.correlate(Gathering).exists()),
    )


def without_host(session: Session, *, at: datetime) -> list[JointDay]:
    """Days to come that wait for HR, soonest first, with host and site. One statement."""
    rows = session.execute(
        select(Gathering, Trip)
        .join(Trip, Trip.gathering_id == Gathering.id)
        .where(_waiting(at))
        .order_by(Gathering.starts_at, Gathering.id)
        .options(joinedload(Gathering.host), joinedload(Gathering.site))
    )
    return [JointDay(*row) for row in rows]


def pile(session: Session, *, at: datetime) -> tuple[int, datetime | None]:
    """How many days wait for HR, and when the first of them begins. One statement."""
    statement = (
        select(func.count(), func.min(Gathering.starts_at))
        .select_from(Gathering)
        .join(Trip, Trip.gathering_id == Gathering.id)
        .where(_waiting(at))
    )
    count, first_at = session.execute(statement).one()
    return count, first_at


def successors(session: Session, gathering: Gathering, *, today: date) -> list[Person]:
    """Who of the host's last home team could take over: there today, and no guest of the day.

    Two statements.
    """
    team_id = session.scalar(
        select(Membership.team_id)
        .where(Membership.person_id == gathering.host_id, Membership.kind == MembershipKind.HOME)
        .order_by(Membership.starts_on.desc())
        .limit(1)
    )
    guests = select(Booking.person_id).where(
        Booking.gathering_id == gathering.id, Booking.state.in_(LIVE)
    )
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.team_id == team_id,
                Membership.kind == MembershipKind.HOME,
                *on_day(Membership, today),
                Person.id != gathering.host_id,
                Person.id.not_in(guests),
                ~_gone(today),
            )
            .order_by(Person.family_name, Person.given_name, Person.id)
        )
    )


def _gone(today: date) -> ColumnElement[bool]:
    closed = select(Account.person_id).where(Account.person_id == Person.id, ~Account.active)
    return or_(~works_here(today), closed.correlate(Person).exists())


def _waiting(at: datetime) -> ColumnElement[bool]:
    return and_(
        Gathering.kind.in_(KINDS),
        Gathering.state.in_(BOOKABLE),
        Gathering.starts_at > at,
        Trip.host_left_at.is_not(None),
    )
