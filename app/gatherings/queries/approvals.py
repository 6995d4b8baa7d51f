"""Requests for seats as leads and deputies see them: open ones, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain.collation import sort_key
from app.domain.seats import SEATED, Approval, BookingState
from app.gatherings.models import Booking, Gathering
from app.gatherings.queries.bookings.finding import with_gathering
from app.people.models import Person, Team, TeamLead
from app.people.queries.circle import on_day

OPEN = (BookingState.REQUESTED, BookingState.WAITLISTED)
DECIDED = (Approval.GIVEN, Approval.REFUSED)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who answers requests: a person with the teams they answer for, and whether they are HR.

    HR answers where nobody else can: for people without a home team, and for leads who are alone.
    """

    person_id: int
    team_ids: frozenset[int]
    is_hr: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A booking whose lead is asked, with the person's home team."""

    booking: Booking
    team: Team | None

    @property
    def person(self) -> Person:
        """Who asks."""
        return self.booking.person


@dataclass(frozen=True, slots=True)
class Decision:
    """What was answered, and by whom."""

    booking: Booking
    team: Team | None
    by: Person | None


ORDERS: dict[str, Callable[[Decision], Any]] = {
    "name": lambda row: sort_key(row.booking.person.family_name, row.booking.person.name),
    "course": lambda row: sort_key(row.booking.gathering.title),
    "starts": lambda row: row.booking.gathering.starts_at,
    "answer": lambda row: row.booking.approval.value,
    "decided": lambda row: row.booking.decided_at.timestamp() if row.booking.decided_at else 0.0,
}


LAST = datetime.max.replace(tzinfo=UTC)  # who waits for a seat has no day to be answered by
REQUEST_ORDERS: dict[str, Callable[[Request], Any]] = {
    "until": lambda row: (row.booking.expires_at or LAST, row.booking.id),
    "name": lambda row: sort_key(row.person.family_name, row.person.name),
    "course": lambda row: sort_key(row.booking.gathering.title),
    "starts": lambda row: row.booking.gathering.starts_at,
    "asked": lambda row: row.booking.created_at,
}


SEAT_ORDERS: dict[str, Callable[[Request], Any]] = {
    "starts": lambda row: (row.booking.gathering.starts_at, row.booking.id),
    "name": lambda row: sort_key(row.person.family_name, row.person.name),
    "course": lambda row: sort_key(row.booking.gathering.title),
    "cancel": lambda row: row.booking.gathering.cancel_until,
}


def _asked(decider: Decider, today: date) -> ColumnElement[bool]:
    """The condition that a request is this decider's to answer: never one's own."""
    own_teams = Booking.home_team_id.in_(sorted(decider.team_ids)) if decider.team_ids else false()
    concerned = or_(own_teams, _nobody_else(today)) if decider.is_hr else own_teams
    return and_(concerned, Booking.person_id != decider.person_id)


def _nobody_else(today: date) -> ColumnElement[bool]:
    other = (
        select(TeamLead.id)
        .where(
            TeamLead.team_id == Booking.home_team_id,
            TeamLead.person_id != Booking.person_id,
            *on_day(TeamLead, today),
        )
        .correlate(Booking)
    )
    return ~other.exists()


def _open(decider: Decider, today: date) -> ColumnElement[bool]:
    return and_(
        Booking.approval == Approval.PENDING, Booking.state.in_(OPEN), _asked(decider, today)
    )


def _whole() -> Select[Booking, Team]:
    return (
        select(Booking, Team)
        .outerjoin(Team, Team.id == Booking.home_team_id)
        .options(joinedload(Booking.person), *with_gathering())
    )


def waiting(session: Session, decider: Decider, *, today: date) -> list[Request]:
    """Open requests, the most urgent first, with person, team, gathering and meetings.

    Two statements.
    """
    rows = session.execute(
        _whole()
        .where(_open(decider, today))
        .order_by(Booking.expires_at.is_(None), Booking.expires_at, Booking.id)
    )
    return [Request(*row) for row in rows]


def seated(session: Session, decider: Decider, *, today: date, at: datetime) -> list[Request]:
    """Seats that people of these teams are sure of and that are to come, soonest first.

    Two statements.
    """
    rows = session.execute(
        _whole()
        .join(Gathering, Gathering.id == Booking.gathering_id)
        .where(Booking.state.in_(SEATED), Gathering.starts_at > at, _asked(decider, today))
        .order_by(Gathering.starts_at, Booking.id)
    )
    return [Request(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Pile:
    """How many requests wait, and until when the first of them can be answered."""

    count: int
    first_at: datetime | None


def pile(session: Session, decider: Decider, *, today: date) -> Pile:
    """How much waits for somebody. One statement."""
    statement = select(func.count(), func.min(Booking.expires_at)).where(_open(decider, today))
    count, first_at = session.execute(statement).one()
    return Pile(count, first_at)


def find(session: Session, decider: Decider, booking_id: int, *, today: date) -> Request | None:
    """One request this decider has or had to answer. Two statements."""
    row = session.execute(
        _whole().where(
            Booking.id == booking_id,
            Booking.approval != Approval.NOT_NEEDED,
            _asked(decider, today),
        )
    ).one_or_none()
    return None if row is None else Request(*row)


def answerable(
    session: Session, decider: Decider, booking_ids: Collection[int], *, today: date
) -> set[int]:
    """Which of these bookings this decider has or had to answer. One statement."""
    rows = session.scalars(
        select(Booking.id).where(Booking.id.in_(booking_ids), _asked(decider, today))
    )
    return set(rows)


def names(session: Session, booking_ids: Collection[int]) -> dict[int, str]:
    """Booking id -> the person's name. One statement."""
    rows = session.execute(
        select(Booking.id, Person)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.id.in_(sorted(booking_ids)))
    )
    return {key: person.name for key, person in rows}


def decided(session: Session, decider: Decider, *, today: date) -> list[Decision]:
    """What was answered for these teams, newest first. Two statements."""
    answering = aliased(Person)
    rows = session.execute(
        _whole()
        .add_columns(answering)
        .outerjoin(answering, answering.id == Booking.decided_by)
        .where(Booking.approval.in_(DECIDED), _asked(decider, today))
        .order_by(Booking.decided_at.desc(), Booking.id.desc())
    )
    return [Decision(*row) for row in rows]


def title(gathering: Gathering, locale: str) -> str:
    """A course's title in the reader's language, a joint day's own."""
    return gathering.title_in(locale)
