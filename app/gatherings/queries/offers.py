"""Upcoming dates as one reader sees them: seats they could have, their booking, their calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.joining import Left
from app.domain.seats import BOOKABLE, GatheringKind
from app.gatherings.models import Booking, Gathering, HeldSeats, Meeting, MeetingTrainer
from app.gatherings.queries.bookings import SeatsNow, live_bookings, seats_of
from app.gatherings.queries.engagements import Engagement, engagements, meeting_clashes
from app.people.models import Team


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom dates are shown: `today` is the day on their wall clock, `at` the instant."""

    person_id: int
    department_id: int | None
    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Offer:
    """One date as the reader sees it. `clashes` are all their engagements it meets.

    `promised` counts the people for whom seats are kept here for some days, because an earlier date
    fell through; `keeps_rank` says whether the reader comes first for the same reason.
    """

    gathering: Gathering
    left: Left
    own: Booking | None = None
    clashes: tuple[Engagement, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)  # department -> seats kept for it
    promised: int = 0
    keeps_rank: bool = False

    @property
    def collides(self) -> bool:
        """Whether the reader has to be somewhere else for certain."""
        return any(each.hard for each in self.clashes)

    @property
    def fits(self) -> bool:
        """Whether nothing takes the reader's time then; what leaves room only warns."""
        return all(each.leaves_room for each in self.clashes)


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
    """The gatherings as the reader sees them. Seven statements, whatever their number."""
    ids = [each.id for each in gatherings]
    seats = seats_of(
        session,
        ids,
        at=reader.at,
        department_id=reader.department_id,
        person_id=reader.person_id,
    )
    own = live_bookings(session, ids, reader.person_id)
    meetings = [meeting for each in gatherings for meeting in active_meetings(each)]
    busy = engagements(session, reader.person_id, meetings)
    return [_offer(each, seats[each.id], own.get(each.id), busy) for each in gatherings]


def active_meetings(gathering: Gathering) -> list[Meeting]:
    """The meetings that take place."""
    return [meeting for meeting in gathering.meetings if meeting.active]


def _offer(
    gathering: Gathering, seats: SeatsNow, own: Booking | None, busy: Sequence[Engagement]
) -> Offer:
    kept = {
        each.department.name: each.seats
        for each in gathering.held_seats
        if each.department_id in seats.held
    }
    unclaimed = max(0, seats.wanted - seats.taken)
    mine = min(seats.mine, unclaimed)
    left = Left(mine, seats.waiting + seats.offered, unclaimed - mine)
    met = meeting_clashes(active_meetings(gathering), busy)
    return Offer(
        gathering, left, own, tuple(met), kept, promised=seats.promised, keeps_rank=seats.keeps_rank
    )
