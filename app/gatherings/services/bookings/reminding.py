"""Remind those who decide: of requests that soon run out, and where only their yes is missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.domain.queueing import only_the_yes_missing
from app.domain.seats import BookingState, Stage, stage
from app.gatherings.models import Booking, Gathering
from app.gatherings.queries import deciders
from app.gatherings.queries.bookings.lists import waiters
from app.gatherings.queries.bookings.seats import seats_now
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.lines import today_at, window_of

REMIND_BEFORE = timedelta(hours=24)
REMIND_AGAIN = timedelta(days=2)  # while a seat stays free for who waits


def remind_leads(session: Session, gathering: Gathering, *, at: datetime) -> None:
    """Once per request in the last 24 hours before it runs out; of who waits every two days.

    The latter as long as a seat is free and nothing but the yes keeps them from it.
    """
    rows = session.scalars(
        select(Booking).where(
            Booking.gathering_id == gathering.id,
            Booking.state == BookingState.REQUESTED,
            Booking.reminded_at.is_(None),
            Booking.expires_at <= at + REMIND_BEFORE,
        )
    ).all()
    _remind(session, gathering, rows, notices.LEAD_REMINDED, at=at)
    words = replace(notices.LEAD_SEAT_FREE, key=f"seat-free:{at.isoformat()}")
    _remind(session, gathering, _waiting(session, gathering, at=at), words, at=at)


def _waiting(session: Session, gathering: Gathering, *, at: datetime) -> Sequence[Booking]:
    """Who waits for a yes alone and was not asked for in the last two days."""
    session.refresh(gathering, ["taken", "capacity"])  # the list has just moved
    if gathering.taken >= gathering.capacity or stage(window_of(gathering), at) is Stage.NONE:
        return ()
    line = waiters(session, gathering)
    missing = only_the_yes_missing(seats_now(session, gathering, at=at), line) if line else []
    return _not_lately(session, {each.booking_id for each in missing}, at=at)


def _not_lately(
    session: Session, booking_ids: Collection[int], *, at: datetime
) -> Sequence[Booking]:
    if not booking_ids:
        return ()
    return session.scalars(
        select(Booking)
        .where(
            Booking.id.in_(sorted(booking_ids)),
            or_(Booking.reminded_at.is_(None), Booking.reminded_at <= at - REMIND_AGAIN),
        )
        .order_by(Booking.id)
    ).all()


def _remind(
    session: Session,
    gathering: Gathering,
    rows: Sequence[Booking],
    words: notices.Words,
    *,
    at: datetime,
) -> None:
    if not rows:
        return
    today = today_at(gathering, at)
    for booking in rows:
        people = deciders.deciders(session, booking.home_team_id, booking.person_id, today=today)
        notices.tell_leads(session, booking, gathering, words, to=people, at=at)
    # No change of the bookings themselves, so no new version of them.
    session.execute(
        update(Booking)
        .where(Booking.id.in_([booking.id for booking in rows]))
        .values(reminded_at=at)
    )
