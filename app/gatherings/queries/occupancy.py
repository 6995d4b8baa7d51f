"""How full sessions and joint days are and were: seats, waiting, no-shows, demand for dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.domain.collation import sort_key
from app.domain.seats import (
    CAME_TO_AN_END,
    SEATED,
    BookingState,
    GatheringKind,
    GatheringState,
)
from app.domain.timespan import Timespan
from app.gatherings.models import Booking, Course, Gathering, Topic

JOINT = frozenset({GatheringKind.TRIP, GatheringKind.JOINT_DAY})
CAME = frozenset({BookingState.ATTENDED, BookingState.PARTLY_ATTENDED})
TURNED_AWAY = frozenset({BookingState.CALLED_OFF, BookingState.DECLINED})
IN_LINE = frozenset({BookingState.WAITLISTED, BookingState.OFFERED})


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one session or of several together.

    `booked` are people sure of a seat, before and after the event; `came` and `no_shows` are
    known after it only. `cancelled` is what people gave back themselves, `turned_away` whom
    somebody else did not let come. Called-off sessions count no seats: nobody could take them.
    """

    seats: int = 0
    booked: int = 0
    requested: int = 0
    waiting: int = 0
    came: int = 0
    no_shows: int = 0
    excused: int = 0
    cancelled: int = 0
    turned_away: int = 0

    @property
    def fill(self) -> int | None:
        """Booked seats in per cent of all, rounded down; None without seats."""
        return 100 * self.booked // self.seats if self.seats else None

    @property
    def missed(self) -> int | None:
        """No-shows in per cent of those whose presence is known, rounded; None before."""
        return round(100 * self.no_shows / self.known) if self.known else None

    @property
    def known(self) -> int:
        """People whose presence is known."""
        return self.came + self.no_shows + self.excused

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(Figures.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with its figures."""

    gathering: Gathering
    figures: Figures


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with its sessions in a time; `demand` are people who wait for a date."""

    course: Course
    title: str
    sessions: int
    called_off: int
    demand: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked at; None means all."""

    span: Timespan | None = None
    site_id: int | None = None
    topic: Topic | None = None
    states: frozenset[GatheringState] = field(
        default=frozenset(GatheringState) - {GatheringState.DRAFT}
    )


SESSION_ORDERS: dict[str, Callable[[SessionLine], Any]] = {
    "starts": lambda line: (line.gathering.starts_at, line.gathering.id),
    "title": lambda line: sort_key(line.gathering.title),
    "seats": lambda line: line.figures.seats,
    "fill": lambda line: -1 if line.figures.fill is None else line.figures.fill,
    "waiting": lambda line: line.figures.waiting,
    "no_shows": lambda line: line.figures.no_shows,
    "cancelled": lambda line: line.figures.cancelled,
}
COURSE_ORDERS: dict[str, Callable[[CourseLine], Any]] = {
    "title": lambda line: sort_key(line.title),
    "sessions": lambda line: line.sessions,
    "seats": lambda line: line.figures.seats,
    "fill": lambda line: -1 if line.figures.fill is None else line.figures.fill,
    "waiting": lambda line: line.figures.waiting,
    "no_shows": lambda line: line.figures.no_shows,
    "cancelled": lambda line: line.figures.cancelled,
    "demand": lambda line: line.demand,
}


def sessions(session: Session, wanted: Wanted) -> list[SessionLine]:
    """Sessions that begin in the time looked at, with figures; no drafts. Two statements."""
    statement = (
        select(Gathering)
        .join(Course, Course.id == Gathering.course_id)
        .where(Gathering.kind == GatheringKind.SESSION)
        .options(joinedload(Gathering.course))
    )
    if wanted.topic is not None:
        statement = statement.where(Course.topic == wanted.topic)
    return _lines(session, statement, wanted)


def joint_days(
    session: Session, wanted: Wanted, kind: GatheringKind | None = None
) -> list[SessionLine]:
    """Field trips and joint days, or those of one kind, likewise. Two statements."""
    kinds = JOINT if kind is None else {kind}
    statement = (
        select(Gathering).where(Gathering.kind.in_(kinds)).options(joinedload(Gathering.host))
    )
    return _lines(session, statement, wanted)


def host_of(line: SessionLine) -> str:
    """The name of who takes people along, empty for sessions."""
    return line.gathering.host.name if line.gathering.host else ""


def _lines(session: Session, statement: Select[Gathering], wanted: Wanted) -> list[SessionLine]:
    statement = (
        statement.where(Gathering.state.in_(wanted.states))
        .options(joinedload(Gathering.site))
        .order_by(Gathering.starts_at, Gathering.id)
    )
    if wanted.span is not None:
        starts = Gathering.starts_at
        statement = statement.where(starts >= wanted.span.start, starts < wanted.span.end)
    if wanted.site_id is not None:
        statement = statement.where(Gathering.site_id == wanted.site_id)
    rows = session.scalars(statement).all()
    counts = _counts(session, [row.id for row in rows])
    return [SessionLine(row, figures_of(row, counts[row.id])) for row in rows]


def _counts(session: Session, ids: Collection[int]) -> dict[int, Counter[BookingState]]:
    found: dict[int, Counter[BookingState]] = defaultdict(Counter)
    rows = session.execute(
        select(Booking.gathering_id, Booking.state, func.count())
        .where(Booking.gathering_id.in_(ids))
        .group_by(Booking.gathering_id, Booking.state)
    )
    for gathering_id, state, number in rows:
        found[gathering_id][state] = number
    return found


def figures_of(gathering: Gathering, counts: Counter[BookingState]) -> Figures:
    """The figures of one session from its bookings by state."""
    is_off = gathering.state is GatheringState.CALLED_OFF
    return Figures(
        seats=0 if is_off else gathering.capacity,
        booked=0 if is_off else sum(counts[state] for state in SEATED | CAME_TO_AN_END),
        requested=counts[BookingState.REQUESTED],
        waiting=sum(counts[state] for state in IN_LINE),
        came=sum(counts[state] for state in CAME),
        no_shows=counts[BookingState.NO_SHOW],
        excused=counts[BookingState.EXCUSED],
        cancelled=counts[BookingState.CANCELLED],
        turned_away=0 if is_off else sum(counts[state] for state in TURNED_AWAY),
    )


def by_course(
    lines: Iterable[SessionLine], courses: Sequence[Course], demand: dict[int, int], locale: str
) -> list[CourseLine]:
    """The same by course; courses without a session are there for their demand."""
    grouped: dict[int, list[SessionLine]] = defaultdict(list)
    for line in lines:
        grouped[line.gathering.course_id or 0].append(line)
    return [
        CourseLine(
            course=course,
            title=course.title(locale),
            sessions=len(grouped[course.id]),
            called_off=_called_off(grouped[course.id]),
            demand=demand.get(course.id, 0),
            figures=total(grouped[course.id]),
        )
        for course in courses
        if grouped[course.id] or demand.get(course.id)
    ]


def _called_off(lines: Iterable[SessionLine]) -> int:
    return sum(line.gathering.state is GatheringState.CALLED_OFF for line in lines)


def total(lines: Iterable[SessionLine | CourseLine]) -> Figures:
    """All figures added."""
    return sum((line.figures for line in lines), Figures())


@dataclass(frozen=True, slots=True)
class Split:
    """Sessions that are over tell how full sessions get, those to come how full they are so far."""

    over: Figures
    to_come: Figures


def split(lines: Iterable[SessionLine], *, at: datetime) -> Split:
    """The figures of what is over at an instant, and of the rest."""
    every = list(lines)
    return Split(total(in_time(every, "past", at=at)), total(in_time(every, "to_come", at=at)))


def in_time(lines: Iterable[SessionLine], when: str | None, *, at: datetime) -> list[SessionLine]:
    """The lines of sessions that are over ("past"), of the others ("to_come"), or all."""
    if when is None:
        return list(lines)
    return [line for line in lines if (line.gathering.ends_at <= at) == (when == "past")]


def courses(session: Session, topic: Topic | None) -> Sequence[Course]:
    """All courses, or those of one topic. One statement."""
    statement = select(Course).order_by(Course.id)
    if topic is not None:
        statement = statement.where(Course.topic == topic)
    return session.scalars(statement).all()
