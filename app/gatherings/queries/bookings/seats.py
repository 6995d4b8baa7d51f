"""How many seats are free, held and waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.seats import HOLDING, BookingState, Seats
from app.domain.seats.occasion import Occasion
from app.domain.timespan import start_of
from app.gatherings.models import Booking, Gathering, HeldSeats
from app.people.models import Site


@dataclass(frozen=True, slots=True)
class SeatsNow:
    """The seats of one gathering as somebody of a department sees them.

    `free` counts all free seats, `mine` those this department can have, `waiting` the people on
    the list, `offered` the open offers; `held` is department id -> seats kept for it at present.
    """

    capacity: int
    wanted: int
    taken: int
    free: int
    mine: int
    waiting: int
    offered: int
    held: dict[int, int]

    @property
    def list_is_open(self) -> bool:
        """Whether somebody who asks now joins the waiting list, whatever is free."""
        return self.waiting + self.offered > 0


def seats_of(
    session: Session,
    gathering_ids: Collection[int],
    *,
    at: datetime,
    department_id: int | None = None,
) -> dict[int, SeatsNow]:
    """Gathering id -> its seats at an instant, for somebody of a department.

    Three statements, whatever the number of gatherings.
    """
    ids = sorted(gathering_ids)
    rows = session.execute(
        select(
            Gathering.id,
            Gathering.capacity,
            Gathering.wanted_capacity,
            Gathering.taken,
        ).where(Gathering.id.in_(ids))
    ).all()
    held = _held(session, ids, at=at)
    used, counts = _counted(session, ids)
    found = {}
    for key, capacity, wanted, taken in rows:
        seats = Seats(capacity, taken, held[key], used[key])
        found[key] = SeatsNow(
            capacity=capacity,
            wanted=wanted,
            taken=taken,
            free=seats.free,
            mine=seats.free_for(department_id),
            waiting=counts[key, BookingState.WAITLISTED],
            offered=counts[key, BookingState.OFFERED],
            held=held[key],
        )
    return found


def seats_now(session: Session, gathering: Occasion, *, at: datetime) -> Seats:
    """The seats of a locked gathering as the domain decides on them. At most two statements."""
    held = _held(session, [gathering.id], at=at)[gathering.id]
    used = _counted(session, [gathering.id])[0][gathering.id] if held else {}
    return Seats(gathering.capacity, gathering.taken, held, used)


def _held(
    session: Session, gathering_ids: Collection[int], *, at: datetime
) -> dict[int, dict[int, int]]:
    """What is kept for departments at an instant: until the release day begins at the site."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = session.execute(
        select(
            HeldSeats.gathering_id,
            HeldSeats.department_id,
            HeldSeats.seats,
            Gathering.release_on,
            Site,
        )
        .join(Gathering, Gathering.id == HeldSeats.gathering_id)
        .join(Site, Site.id == Gathering.site_id)
        .where(HeldSeats.gathering_id.in_(gathering_ids))
    )
    for key, department_id, seats, release_on, site in rows:
        if release_on is None or at < start_of(release_on, site.timezone):
            found[key][department_id] = seats
    return found


def _counted(
    session: Session, gathering_ids: Collection[int]
) -> tuple[dict[int, dict[int, int]], dict[tuple[int, BookingState], int]]:
    """Seats taken by department, and bookings by state, per gathering. One statement."""
    rows = session.execute(
        select(Booking.gathering_id, Booking.department_id, Booking.state, func.count())
        .where(
            Booking.gathering_id.in_(gathering_ids),
            or_(Booking.state.in_(HOLDING), Booking.state == BookingState.WAITLISTED),
        )
        .group_by(Booking.gathering_id, Booking.department_id, Booking.state)
    )
    used: dict[int, dict[int, int]] = defaultdict(dict)
    counts: dict[tuple[int, BookingState], int] = defaultdict(int)
    for key, department_id, state, number in rows:
        counts[key, state] += number
        if state in HOLDING and department_id is not None:
            used[key][department_id] = used[key].get(department_id, 0) + number
    return used, counts
