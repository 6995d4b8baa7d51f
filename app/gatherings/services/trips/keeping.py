"""What time brings: hosts who left are noticed, debriefs asked for, customers forgotten.

Everything may run at any time and any number of times.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.joint_days import (
    DEBRIEF_WITHIN,
    FORGET_AFTER,
    REMIND_BEFORE,
    REMIND_UNTIL,
)
from app.domain.seats import GatheringState
from app.gatherings.models import Gathering, TripDebrief, TripPromise
from app.gatherings.queries.trips.debriefs import debriefs_of, due_promises
from app.gatherings.queries.trips.finding import there
from app.gatherings.services.bookings.lines import hold_gathering
from app.gatherings.services.trips import notices
from app.gatherings.services.trips.hostless import look_at_host
from app.gatherings.services.trips.privacy import everybody_wrote, forget_customer


def keep(session: Session, gathering_id: int, *, at: datetime) -> int:
    """Do what is due for one joint day; gives how many things changed."""
    gathering = hold_gathering(session, gathering_id)
    done = look_at_host(session, gathering, at=at)
    done += _ask(session, gathering, at=at) + _remind(session, gathering, at=at)
    return done + _forget(session, gathering, at=at)


def remind_of_promises(session: Session, *, at: datetime) -> int:
    """Tell the owners of promises that are due today or were, once each; gives how many.

    The version stays: a page that was opened before can still say that a promise is kept.
    """
    due = due_promises(session, today=at.date())
    for promise in due:
        notices.remind_of_promise(session, promise, at=at)
    keys = [promise.id for promise in due]
    session.execute(
        update(TripPromise)
        .where(TripPromise.id.in_(keys))
        .values(reminded_at=at, version=TripPromise.version)
    )
    return len(due)


def _ask(session: Session, gathering: Gathering, *, at: datetime) -> int:
    """Once it is over, each of those who were there is asked to look back."""
    is_fresh = gathering.ends_at <= at < gathering.ends_at + REMIND_UNTIL
    if not is_fresh or gathering.state is GatheringState.CALLED_OFF:
        return 0
    guests = set(there(session, gathering.id))
    people = guests | ({gathering.host_id} if gathering.host_id and guests else set())
    missing = people - {row.person_id for row in debriefs_of(session, gathering.id)}
    due_at = gathering.ends_at + DEBRIEF_WITHIN
    session.add_all(
        TripDebrief(gathering_id=gathering.id, person_id=person_id, due_at=due_at)
        for person_id in sorted(missing)
    )
    if missing:
        notices.ask_to_look_back(session, gathering, missing, due_at=due_at, at=at)
        session.flush()
    return len(missing)


def _remind(session: Session, gathering: Gathering, *, at: datetime) -> int:
    """Once, in the last day before a debrief is due or later, within a week of the day."""
    if at >= gathering.ends_at + REMIND_UNTIL:
        return 0
    due = [
        row
        for row in debriefs_of(session, gathering.id)
        if not row.written_at and not row.reminded_at and row.due_at - REMIND_BEFORE <= at
    ]
    for row in due:
        row.reminded_at = at
        notices.remind_to_look_back(session, gathering, row, at=at)
    return len(due)


def _forget(session: Session, gathering: Gathering, *, at: datetime) -> int:
    """The name goes with the last debrief, after a week, and at once when nothing comes of it.

    That is when it was called off or nobody came along.
    """
    is_off = gathering.state is GatheringState.CALLED_OFF
    is_old = gathering.ends_at + FORGET_AFTER <= at
    if is_off or is_old:
        return int(forget_customer(session, gathering.id, at=at))
    if gathering.ends_at > at:
        return 0
    guests = there(session, gathering.id)
    if guests and not everybody_wrote(session, gathering, guests):
        return 0
    return int(forget_customer(session, gathering.id, at=at))
