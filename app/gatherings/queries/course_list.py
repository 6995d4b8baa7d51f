"""Courses as HR keeps them: with what is planned, and who waits for a date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain.collation import sort_key
from app.domain.seats import GatheringState
from app.gatherings.models import (
    Course,
    CourseAudience,
    CourseInterest,
    CoursePrerequisite,
    Gathering,
    Topic,
)
from app.people.models import Membership, MembershipKind, Person, Team
from app.people.queries.circle import on_day, works_here

TOPICS = list(Topic)
TO_COME = (GatheringState.ANNOUNCED, GatheringState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with the number of its sessions to come, the next one, and who waits for one."""

    course: Course
    title: str
    sessions: int
    next_at: datetime | None
    waiting: int


ORDERS: dict[str, Callable[[CourseLine], Any]] = {
    "title": lambda line: sort_key(line.title),
    "topic": lambda line: (TOPICS.index(line.course.topic), sort_key(line.title)),
    "minutes": lambda line: line.course.minutes,
    "sessions": lambda line: line.sessions,
    "next": lambda line: (line.next_at is None, line.next_at.timestamp() if line.next_at else 0),
    "waiting": lambda line: line.waiting,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a date of a course, with the home team of that day or None."""

    person: Person
    team: Team | None
    since: datetime
    told_at: datetime | None


def find(session: Session, course_id: int) -> Course | None:
    """The course with audience and prerequisites. Three statements."""
    return session.scalar(
        select(Course)
        .where(Course.id == course_id)
        .options(
            selectinload(Course.audience).joinedload(CourseAudience.department),
            selectinload(Course.prerequisites).joinedload(CoursePrerequisite.required),
        )
    )


def lines(session: Session, locale: str, *, at: datetime) -> list[CourseLine]:
    """Every course, retired ones included, titled in the language of `locale`. Three statements."""
    planned = {row[0]: (row[1], row[2]) for row in _sessions_to_come(session, at)}
    waiting = demand(session, today=at.date())
    return [
        CourseLine(
            course,
            course.title(locale),
            *planned.get(course.id, (0, None)),
            waiting.get(course.id, 0),
        )
        for course in session.scalars(select(Course).order_by(Course.id))
    ]


def _sessions_to_come(session: Session, at: datetime) -> Sequence[Any]:
    return session.execute(
        select(Gathering.course_id, func.count(), func.min(Gathering.starts_at))
        .where(
            Gathering.course_id.is_not(None),
            Gathering.state.in_(TO_COME),
            Gathering.starts_at > at,
        )
        .group_by(Gathering.course_id)
    ).all()


def demand(session: Session, *, today: date) -> dict[int, int]:
    """How many people who work here wait for a date, per course with any. One statement."""
    rows = session.execute(
        select(CourseInterest.course_id, func.count())
        .join(Person, Person.id == CourseInterest.person_id)
        .where(works_here(today))
        .group_by(CourseInterest.course_id)
    )
    return dict(rows.all())


def waiting_for(session: Session, course_id: int, *, today: date) -> list[Waiting]:
    """Who waits for a date of a course, longest first. One statement."""
    at_home = (
        (Membership.person_id == Person.id)
        & (Membership.kind == MembershipKind.HOME)
        & on_day(Membership, today)[0]
        & on_day(Membership, today)[1]
    )
    rows = session.execute(
        select(CourseInterest, Person, Team)
        .join(Person, Person.id == CourseInterest.person_id)
        .outerjoin(Membership, at_home)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(CourseInterest.course_id == course_id, works_here(today))
        .order_by(CourseInterest.since, Person.id)
    )
    return [Waiting(person, team, row.since, row.told_at) for row, person, team in rows]


def others(session: Session, *, but: int | None, today: date) -> Sequence[Course]:
    """Courses that may be asked for by another: those offered now. One statement."""
    statement = select(Course).where((Course.retired_on.is_(None)) | (Course.retired_on > today))
    if but is not None:
        statement = statement.where(Course.id != but)
    return session.scalars(statement.order_by(Course.title_en)).all()


def asks_for(session: Session) -> dict[int, list[int]]:
    """Which courses each course asks for, by key. One statement."""
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(CoursePrerequisite.course_id, CoursePrerequisite.required_id).order_by(
            CoursePrerequisite.course_id, CoursePrerequisite.required_id
        )
    )
    for course_id, required_id in rows:
        found.setdefault(course_id, []).append(required_id)
    return found


def titled(session: Session, ids: Collection[int]) -> dict[int, Course]:
    """Courses by key. One statement."""
    rows = session.scalars(select(Course).where(Course.id.in_(ids)))
    return {course.id: course for course in rows}


def sessions_of(session: Session, course_id: int) -> Sequence[Gathering]:
    """All sessions of a course with site, newest start first. One statement."""
    return session.scalars(
        select(Gathering)
        .where(Gathering.course_id == course_id)
        .options(joinedload(Gathering.site))
        .order_by(Gathering.starts_at.desc(), Gathering.id)
    ).all()
