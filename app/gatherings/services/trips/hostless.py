"""When a host leaves the company: booking closes, guests and HR are told, somebody takes over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.joint_days import (
    HasAHost,
    LimitOfAnother,
    NotOfTheTeam,
    booking_closes,
    month_around,
)
from app.domain.refusals import N_
from app.domain.seats import BEFORE_IT_STARTS, BOOKABLE
from app.domain.seats.refusals import ElsewhereByNow, NotBookable
from app.gatherings.models import Booking, Gathering, Trip
from app.gatherings.queries.trips import hostless as queries
from app.gatherings.queries.trips import hosts
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import free_time, hold_leaders
from app.gatherings.services.bookings.lines import hold_gathering, hold_people, today_at, zone_of
from app.gatherings.services.bookings.notices import Words
from app.gatherings.services.trips.privacy import hold_trip
from app.people.models import Person
from app.people.queries.answering import people_of_hr

GUESTS_TOLD = Words(
    N_("Your host cannot take you along: %(what)s"),
    N_(
        "%(host)s can no longer take you along on %(when)s. HR looks for somebody of the same team,"
        " or calls the day off. Your seat is kept until you hear."
    ),
    N_("Look at the day"),
    must_know=True,
)
HR_TOLD = Words(
    N_("A joint day has lost its host: %(what)s"),
    N_(
        "%(host)s can no longer host it on %(when)s. Booking is closed; please name somebody of the"
        " same team, or call the day off."
    ),
    N_("Decide"),
    must_know=True,
)
TAKEN_OVER = Words(
    N_("Somebody else takes you along: %(what)s"),
    N_("%(host)s is your host on %(when)s (%(where)s). Nothing else changes."),
    N_("Look at the day"),
    must_know=True,
)
YOURS = Words(
    N_("You host a joint day now: %(what)s"),
    N_("HR handed it over to you: %(when)s (%(where)s). Please look at it, and prepare it."),
    N_("Look at the day"),
    must_know=True,
)


def look_at_host(session: Session, gathering: Gathering, *, at: datetime) -> int:
    """Close a day to come whose host has gone, open one whose host is back; gives 1 or 0.

    Nobody else is told twice, and nothing happens once it has begun. Comes with its row held.
    """
    if gathering.state not in BOOKABLE or gathering.starts_at <= at:
        return 0
    trip = hold_trip(session, gathering.id)
    gone = queries.is_gone(session, gathering.host_id, today=today_at(gathering, at))
    if gone == (trip.host_left_at is not None):
        return 0
    if gone:
        _close(session, gathering, trip, at=at)
    else:
        _open(gathering, trip, at=at)
    _record(session, gathering, at, None, change="host left" if gone else "host is back")
    return 1


def hand_over(session: Session, gathering_id: int, to: int, *, by: int, at: datetime) -> None:
    """HR gives a day without a host to somebody of the same team; it can be booked again.

    Raises NotBookable, HasAHost (somebody else did), NotOfTheTeam, LimitOfAnother, ElsewhereByNow.
    """
    gathering, trip = hold_gathering(session, gathering_id), hold_trip(session, gathering_id)
    if gathering.state not in BOOKABLE or gathering.starts_at <= at:
        raise NotBookable
    if trip.host_left_at is None:
        raise HasAHost
    today = today_at(gathering, at)
    if to not in {one.id for one in queries.successors(session, gathering, today=today)}:
        raise NotOfTheTeam
    hold_people(session, [gathering_id], [to, gathering.host_id or to])
    _refuse_beyond_limit(session, gathering, to)
    try:
        with session.begin_nested():
            free_time(session, gathering, [gathering.host_id or to], at=at)
            gathering.host_id = to
            _open(gathering, trip, at=at)
            session.flush()  # the agenda is told of the new host
            hold_leaders(session, gathering, at=at)
    except IntegrityError as taken:
        raise ElsewhereByNow from taken
    _tell_of_the_new_host(session, gathering, to, at=at)
    _record(session, gathering, at, by, change="handed over")


def _refuse_beyond_limit(session: Session, gathering: Gathering, to: int) -> None:
    """The new host's month is counted as if they had offered the day. Three statements at most."""
    most = hosts.per_month(session, to)
    month = month_around(gathering.starts_at, zone_of(gathering))
    if hosts.offered(session, to, month) >= most:
        raise LimitOfAnother(name=_name(session, to), limit=most)


def _close(session: Session, gathering: Gathering, trip: Trip, *, at: datetime) -> None:
    trip.host_left_at = at
    gathering.closes_at = min(gathering.closes_at, at)
    host = _name(session, gathering.host_id)
    key = f"hostless:{at.isoformat()}"
    guests = _guests(session, gathering)
    notices.tell_all(session, gathering, GUESTS_TOLD, to=guests, key=key, at=at, host=host)
    path = f"/trips/{gathering.id}/host"
    notices.tell_all(
        session,
        gathering,
        Words(HR_TOLD.title, HR_TOLD.text, HR_TOLD.action, HR_TOLD.must_know, path),
        to=people_of_hr(session, today=today_at(gathering, at)),
        key=f"{key}:hr",
        at=at,
        host=host,
    )


def _open(gathering: Gathering, trip: Trip, *, at: datetime) -> None:
    trip.host_left_at = None
    gathering.closes_at = booking_closes(gathering.starts_at, zone_of(gathering), at=at)


def _tell_of_the_new_host(
    session: Session, gathering: Gathering, host_id: int, *, at: datetime
) -> None:
    host, key = _name(session, host_id), f"host:{host_id}:{at.isoformat()}"
    guests = _guests(session, gathering)
    notices.tell_all(session, gathering, TAKEN_OVER, to=guests, key=key, at=at, host=host)
    notices.tell_all(session, gathering, YOURS, to={host_id}, key=f"{key}:own", at=at)


def _guests(session: Session, gathering: Gathering) -> set[int]:
    return set(
        session.scalars(
            select(Booking.person_id).where(
                Booking.gathering_id == gathering.id, Booking.state.in_(BEFORE_IT_STARTS)
            )
        )
    )


def _name(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else ""


def _record(
    session: Session, gathering: Gathering, at: datetime, by: int | None, *, change: str
) -> None:
    subject = f"gathering:{gathering.id}"
    record(session, AuditKind.TRIP_CHANGED, actor_id=by, subject=subject, at=at, change=change)
