"""Debriefs and promises of joint days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.domain.joint_days import FORGET_AFTER, REMIND_UNTIL, WORTH_WRITING
from app.domain.seats import GatheringState
from app.gatherings.models import (
    Gathering,
    Trip,
    TripDebrief,
    TripPromise,
)
from app.gatherings.queries.trips.finding import KINDS
from app.gatherings.queries.trips.hostless import to_look_at

MOST_OPEN = 20


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


def open_promises(session: Session, person_id: int) -> Sequence[TripPromise]:
    """What a person promised and has not kept yet, first due first, at most twenty. One statement.

    The day each was made on comes with them.
    """
    return session.scalars(
        select(TripPromise)
        .where(TripPromise.owner_id == person_id, TripPromise.kept_at.is_(None))
        .order_by(TripPromise.due_on.is_(None), TripPromise.due_on, TripPromise.id)
        .limit(MOST_OPEN)
        .options(joinedload(TripPromise.debrief).joinedload(TripDebrief.gathering))
    ).all()


def due_promises(session: Session, *, today: date) -> Sequence[TripPromise]:
    """Open promises whose day has come within the last two weeks, not yet told. One statement."""
    return session.scalars(
        select(TripPromise)
        .where(
            TripPromise.kept_at.is_(None),
            TripPromise.reminded_at.is_(None),
            TripPromise.due_on <= today,
            TripPromise.due_on > today - WORTH_WRITING,
        )
        .order_by(TripPromise.id)
        .options(joinedload(TripPromise.debrief).joinedload(TripDebrief.gathering))
    ).all()


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
