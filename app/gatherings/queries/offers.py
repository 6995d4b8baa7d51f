"""Upcoming dates as one reader sees them: seats they could have, their booking, their calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.joining import Left
from app.domain.seats import BOOKABLE, HOLDING, LIVE, BookingState, GatheringKind, Seats
from app.gatherings.models import Booking, Gathering, HeldSeats, Meeting, MeetingTrainer
from app.gatherings.queries.engagements import Engagement, engagements, meeting_clashes
from app.people.models import Team

IN_LINE = (BookingState.WAITLISTED, BookingState.OFFERED)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom dates are shown: `today` is the day on their wall clock, `at` the instant."""

    person_id: int
    department_id: int | None
    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Offer:
    """One date as the reader sees it. `clashes` are all their engagements it meets."""

    gathering: Gathering
    left: Left
    own: Booking | None = None
    clashes: tuple[Engagement, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)  # department -> seats still held for it

    @property
    def collides(self) -> bool:
        """Whether the reader has to be somewhere else for certain."""
        return any(each.hard for each in self.clashes)

    @property
    def fits(self) -> bool:
        """Whether nothing in the reader's calendar stands against it."""
        return not self.clashes


def department_of(session: Session, team_id: int | None) -> int | None:
    """The department of a team. One statement, none without a team."""
    if team_id is None:
        return None
    return session.scalar(select(Team.department_id).where(Team.id == team_id))


def whole() -> Select[Gathering]:
    """Gatherings with course, site, held seats, meetings, rooms and trainers. Four statements."""
    meetings = selectinload(Gathering.meetings)
    return select(Gathering).options(
        joinedload(Gathering.course),
        joinedload(Gathering.site),
        selectinload(Gathering.held_seats).joinedload(HeldSeats.department),
        meetings.joinedload(Meeting.room),
        meetings.selectinload(Meeting.trainers).joinedload(MeetingTrainer.person),
    )


def upcoming_sessions(
    session: Session, course_ids: Collection[int], *, at: datetime
) -> Sequence[Gathering]:
    """Announced sessions of some courses that have not begun, soonest first. Four statements."""
    return session.scalars(
        whole()
        .where(
            Gathering.kind == GatheringKind.SESSION,
            Gathering.course_id.in_(sorted(course_ids)),
            Gathering.state.in_(BOOKABLE),
            Gathering.starts_at > at,
        )
        .order_by(Gathering.starts_at, Gathering.id)
    ).all()


def offers(session: Session, gatherings: Sequence[Gathering], reader: Reader) -> list[Offer]:
    """The gatherings as the reader sees them. Four statements, whatever their number."""
    counts = _counts(session, [each.id for each in gatherings])
    own = own_bookings(session, [each.id for each in gatherings], reader.person_id)
    busy = engagements(session, reader.person_id, _all_meetings(gatherings))
    return [_offer(each, counts[each.id], own.get(each.id), busy, reader) for each in gatherings]


def _all_meetings(gatherings: Iterable[Gathering]) -> list[Meeting]:
    return [meeting for each in gatherings for meeting in each.meetings if meeting.active]


def _offer(
    gathering: Gathering,
    counts: Counter[tuple[BookingState, int | None]],
    own: Booking | None,
    busy: Sequence[Engagement],
    reader: Reader,
) -> Offer:
    claimed: Counter[int] = Counter()
    for (state, department), number in counts.items():
        if state in HOLDING and department is not None:
            claimed[department] += number
    seats = Seats(
        gathering.wanted_capacity, gathering.taken, _held(gathering, reader.today), claimed
    )
    waiting = sum(number for (state, _), number in counts.items() if state in IN_LINE)
    left = Left(seats.free_for(reader.department_id), waiting)
    kept = {
        each.department.name: max(0, each.seats - claimed[each.department_id])
        for each in gathering.held_seats
        if each.department_id in seats.held
    }
    met = meeting_clashes(_all_meetings([gathering]), busy)
    return Offer(gathering, left, own, tuple(met), kept)


def _held(gathering: Gathering, today: date) -> dict[int, int]:
    if gathering.release_on is None or gathering.release_on <= today:
        return {}
    return {each.department_id: each.seats for each in gathering.held_seats}


def _counts(
    session: Session, ids: Collection[int]
) -> dict[int, Counter[tuple[BookingState, int | None]]]:
    rows = session.execute(
        select(Booking.gathering_id, Booking.state, Booking.department_id, func.count())
        .where(Booking.gathering_id.in_(ids), Booking.state.in_(LIVE))
        .group_by(Booking.gathering_id, Booking.state, Booking.department_id)
    )
    found: dict[int, Counter[tuple[BookingState, int | None]]] = defaultdict(Counter)
    for gathering_id, state, department, number in rows:
        found[gathering_id][state, department] += number
    return found


def own_bookings(session: Session, ids: Collection[int], person_id: int) -> dict[int, Booking]:
    """Gathering id -> the person's live booking of it. One statement."""
    rows = session.scalars(
        select(Booking).where(
            Booking.gathering_id.in_(ids),
            Booking.person_id == person_id,
            Booking.state.in_(LIVE),
        )
    )
    return {each.gathering_id: each for each in rows}
