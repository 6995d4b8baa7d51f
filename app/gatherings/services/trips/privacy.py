"""The customer's name: kept out of what others read, and deleted when it has served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.joint_days import CustomerNamed, names, without
from app.gatherings.models import Gathering, Trip
from app.gatherings.queries.trips.debriefs import debriefs_of

SHEET = ("purpose", "question_1", "question_2", "guest_role", "not_to_promise")


def hold_trip(session: Session, gathering_id: int) -> Trip:
    """The trip of a locked gathering as it stands now. One statement."""
    return session.scalars(
        select(Trip)
        .where(Trip.gathering_id == gathering_id)
        .execution_options(populate_existing=True)
    ).one()


def keep_secret(customer: str | None, *texts: str) -> None:
    """Raise CustomerNamed when a text that others read names the customer."""
    if names(customer, texts):
        raise CustomerNamed


def everybody_wrote(session: Session, gathering: Gathering, guests: Iterable[int]) -> bool:
    """Whether host and guests have all looked back, so that the name has served. One statement."""
    written = {row.person_id for row in debriefs_of(session, gathering.id) if row.written_at}
    return {*guests, gathering.host_id or 0} <= written


def put_away_customer(
    session: Session, gathering: Gathering, guests: Iterable[int], *, at: datetime
) -> None:
    """After a debrief: the meeting point is deleted, and the name once nobody is left to write.

    Until then no page shows the name any more; it is kept only so that nobody leaves it in words
    that stay. At most three statements.
    """
    if everybody_wrote(session, gathering, guests):
        forget_customer(session, gathering.id, at=at)
    else:
        hold_trip(session, gathering.id).meeting_point = ""


def forget_customer(session: Session, gathering_id: int, *, at: datetime) -> bool:
    """Delete the customer's name and the meeting point; gives whether there was anything.

    The name is hidden in the preparation as well. One statement or two.
    """
    trip = hold_trip(session, gathering_id)
    if trip.customer_deleted_at is not None or not (trip.customer or trip.meeting_point):
        return False
    for name in SHEET:
        setattr(trip, name, without(trip.customer, getattr(trip, name)))
    trip.customer, trip.meeting_point = None, ""
    trip.customer_deleted_at = at
    return True
