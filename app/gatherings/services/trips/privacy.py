"""The customer's name: kept out of what others read, and deleted when it has served."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.joint_days import CustomerNamed, names, without
from app.gatherings.models import Trip

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
