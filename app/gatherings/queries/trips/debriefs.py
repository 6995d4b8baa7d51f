"""Debriefs, promises and lessons of joint days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.domain.joint_days import FORGET_AFTER, REMIND_UNTIL, WORTH_WRITING
from app.domain.refusals import N_
from app.domain.roles import Actor
from app.domain.seats import GatheringState
from app.gatherings.models import (
    Gathering,
    LessonFate,
    Trip,
    TripDebrief,
    TripLesson,
    TripPromise,
)
from app.gatherings.queries.trips.finding import KINDS
from app.gatherings.queries.trips.hostless import to_look_at
from app.people.models import Membership, MembershipKind, Person
from app.people.queries.circle import on_day

FATE_LABELS = {
    LessonFate.OPEN: N_("Open"),
    LessonFate.USED: N_("Used"),
    LessonFate.AGREEMENT: N_("Became an agreement"),
    LessonFate.DECLINED: N_("Declined, with a reason"),
}
ORDERS = {
    "due": (TripLesson.due_on, TripLesson.id),
    "fate": (TripLesson.fate, TripLesson.due_on, TripLesson.id),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list of lessons is asked for. `filters` knows fate and mine."""

    order: str = "due"
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 25


def debrief_of(session: Session, gathering_id: int, person_id: int) -> TripDebrief | None:
    """One person's debrief of one day, as it stands now. One statement."""
    return session.scalar(
        select(TripDebrief)
        .where(TripDebrief.gathering_id == gathering_id, TripDebrief.person_id == person_id)
        .execution_options(populate_existing=True)
    )


def debriefs_of(session: Session, gathering_id: int) -> Sequence[TripDebrief]:
    """The debriefs of one day with who writes them. One statement."""
    return session.scalars(
        select(TripDebrief)
        .where(TripDebrief.gathering_id == gathering_id)
        .order_by(TripDebrief.id)
        .options(joinedload(TripDebrief.person))
    ).all()


def promises_of(session: Session, gathering_id: int) -> Sequence[TripPromise]:
    """What was promised on one day, with its owners. One statement."""
    return session.scalars(
        select(TripPromise)
        .join(TripDebrief, TripDebrief.id == TripPromise.debrief_id)
        .where(TripDebrief.gathering_id == gathering_id)
        .order_by(TripPromise.due_on, TripPromise.id)
        .options(joinedload(TripPromise.owner))
    ).all()


def find_promise(session: Session, promise_id: int) -> TripPromise | None:
    """A promise with its debrief. One statement."""
    return session.scalar(
        select(TripPromise)
        .where(TripPromise.id == promise_id)
        .options(joinedload(TripPromise.debrief))
    )


def to_write(session: Session, person_id: int, *, at: datetime) -> Sequence[TripDebrief]:
    """Debriefs a person still has to write, with their days, first due first. One statement.

    What was due more than two weeks before an instant is let go.
    """
    return session.scalars(
        select(TripDebrief)
        .where(
            TripDebrief.person_id == person_id,
            TripDebrief.written_at.is_(None),
            TripDebrief.due_at > at - WORTH_WRITING,
        )
        .order_by(TripDebrief.due_at, TripDebrief.id)
        .options(joinedload(TripDebrief.gathering))
    ).all()


def lessons_to_answer(session: Session, person_id: int) -> tuple[int, date | None]:
    """How many lessons wait for a person, and the first day one is due. One statement."""
    row = session.execute(
        select(func.count(), func.min(TripLesson.due_on)).where(
            TripLesson.owner_id == person_id, TripLesson.fate == LessonFate.OPEN
        )
    ).one()
    return row[0], row[1]


def listed(session: Session, actor: Actor, wish: Wish) -> tuple[Sequence[TripLesson], int]:
    """One page of the lessons somebody may read, and how many there are. Two statements."""
    statement = _visible(actor)
    if wish.q:
        text = wish.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(TripLesson.text.ilike(f"%{text}%", escape="\\"))
    if wish.filters.get("fate"):
        statement = statement.where(TripLesson.fate == LessonFate(wish.filters["fate"]))
    if wish.filters.get("mine"):
        statement = statement.where(TripLesson.owner_id == actor.person_id)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    columns = ORDERS.get(wish.order.removeprefix("-"), ORDERS["due"])
    falling = wish.order.startswith("-")
    ordered = statement.options(*_whole()).order_by(
        *(column.desc() if falling else column.asc() for column in columns)
    )
    return session.scalars(ordered.offset(wish.offset).limit(wish.limit)).all(), total


def find_lesson(session: Session, lesson_id: int) -> TripLesson | None:
    """A lesson with owner, team, debrief and day. One statement."""
    return session.scalar(select(TripLesson).where(TripLesson.id == lesson_id).options(*_whole()))


def lessons_of(session: Session, gathering_id: int) -> Sequence[TripLesson]:
    """The lessons of one day. One statement."""
    return session.scalars(
        select(TripLesson)
        .join(TripLesson.debrief)
        .where(TripDebrief.gathering_id == gathering_id)
        .order_by(TripLesson.id)
        .options(*_whole())
    ).all()


def possible_owners(session: Session, lesson: TripLesson, *, today: date) -> list[Person]:
    """Who may answer: the members of the answering team today. One statement."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.team_id == lesson.team_id,
                Membership.kind == MembershipKind.HOME,
                *on_day(Membership, today),
            )
        )
    )


def due_for_keeping(session: Session, *, at: datetime) -> list[int]:
    """Keys of joint days in which something may be due at an instant. One statement."""
    secret = and_(
        Trip.customer_deleted_at.is_(None),
        or_(Trip.customer.is_not(None), Trip.meeting_point != ""),
        or_(Gathering.state == GatheringState.CALLED_OFF, Gathering.ends_at <= at - FORGET_AFTER),
    )
    fresh = and_(
        Gathering.state != GatheringState.CALLED_OFF,
        Gathering.ends_at <= at,
        Gathering.ends_at > at - REMIND_UNTIL,
    )
    return list(
        session.scalars(
            select(Gathering.id)
            .join(Trip, Trip.gathering_id == Gathering.id)
            .where(Gathering.kind.in_(KINDS), or_(secret, fresh, to_look_at(at)))
            .order_by(Gathering.id)
        )
    )


def _visible(actor: Actor) -> Select[TripLesson]:
    statement = select(TripLesson).join(TripLesson.debrief)
    if actor.is_hr:
        return statement
    return statement.where(
        or_(
            TripLesson.owner_id == actor.person_id,
            TripDebrief.person_id == actor.person_id,
            TripLesson.team_id.in_(sorted(actor.responsible_for)),
        )
    )


def _whole() -> tuple[ExecutableOption, ...]:
    debrief = joinedload(TripLesson.debrief)
    return (
        joinedload(TripLesson.owner),
        joinedload(TripLesson.team),
        debrief.joinedload(TripDebrief.person),
        debrief.joinedload(TripDebrief.gathering),
    )
