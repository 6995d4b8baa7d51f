"""Sessions of courses as those who plan and lead them see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import in_order, sort_key
from app.domain.roles import Role
from app.domain.seats import BOOKABLE, LIVE, BookingState, GatheringKind, GatheringState
from app.gatherings.models import Booking, Gathering, HeldSeats, Meeting, MeetingTrainer
from app.people.models import Person, RoleGrant, Team
from app.people.queries.circle import works_here

STATES = list(GatheringState)
ORDERS: dict[str, Callable[[Gathering], Any]] = {
    "starts": lambda one: (one.starts_at, one.id),
    "title": lambda one: sort_key(one.title),
    "site": lambda one: sort_key(one.site.name),
    "state": lambda one: STATES.index(one.state),
    "taken": lambda one: one.taken,
}


@dataclass(frozen=True, slots=True)
class Guest:
    """One live booking with the person and the team of the day of booking."""

    booking: Booking
    team: Team | None


def find(session: Session, gathering_id: int) -> Gathering | None:
    """The session with course, site, meetings, rooms, trainers and held seats. Four statements."""
    return session.scalar(
        select(Gathering)
        .where(Gathering.id == gathering_id, Gathering.kind == GatheringKind.SESSION)
        .options(
            joinedload(Gathering.course),
            joinedload(Gathering.site),
            selectinload(Gathering.held_seats).joinedload(HeldSeats.department),
            selectinload(Gathering.meetings).joinedload(Meeting.room),
            selectinload(Gathering.meetings)
            .selectinload(Meeting.trainers)
            .joinedload(MeetingTrainer.person),
        )
    )


def listed(session: Session) -> Sequence[Gathering]:
    """All sessions with course and site. One statement."""
    return session.scalars(
        select(Gathering)
        .where(Gathering.kind == GatheringKind.SESSION)
        .options(joinedload(Gathering.course), joinedload(Gathering.site))
    ).all()


def trainers(session: Session, *, today: date) -> list[Person]:
    """People who may lead sessions, by name. One statement."""
    rows = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.TRAINER, works_here(today))
    )
    return in_order(rows, lambda person: (person.family_name, person.given_name))


def counts(session: Session, gathering_id: int) -> dict[BookingState, int]:
    """How many bookings of a gathering are in each state. One statement."""
    rows = session.execute(
        select(Booking.state, func.count())
        .where(Booking.gathering_id == gathering_id)
        .group_by(Booking.state)
    )
    return dict(rows.all())


def waiting(session: Session, gathering_ids: Collection[int]) -> dict[int, int]:
    """How many wait for a seat in each gathering. One statement."""
    rows = session.execute(
        select(Booking.gathering_id, func.count())
        .where(
            Booking.gathering_id.in_(gathering_ids),
            Booking.state.in_((BookingState.WAITLISTED, BookingState.OFFERED)),
        )
        .group_by(Booking.gathering_id)
    )
    return dict(rows.all())


def guests(session: Session, gathering_id: int) -> list[Guest]:
    """Who has or wants a seat: seats by name first, then the waiting in line. One statement."""
    rows = session.execute(
        select(Booking, Team)
        .outerjoin(Team, Team.id == Booking.home_team_id)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(LIVE))
        .options(joinedload(Booking.person))
    )
    return sorted((Guest(booking, team) for booking, team in rows), key=_guest_order)


def _guest_order(guest: Guest) -> tuple[Any, ...]:
    booking = guest.booking
    if booking.state is BookingState.WAITLISTED:
        return (1, -booking.priority, booking.joined_at, booking.id)
    name = sort_key(booking.person.family_name, booking.person.given_name)
    return (0, name, booking.joined_at, booking.id)


def next_dates(session: Session, course_id: int, *, but: int, at: datetime) -> Sequence[Gathering]:
    """Other announced sessions of a course that have not begun, with site. One statement."""
    return session.scalars(
        select(Gathering)
        .where(
            Gathering.course_id == course_id,
            Gathering.id != but,
            Gathering.state.in_(BOOKABLE),
            Gathering.starts_at > at,
        )
        .options(joinedload(Gathering.site))
        .order_by(Gathering.starts_at, Gathering.id)
    ).all()
