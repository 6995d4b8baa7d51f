"""The customer's name: kept out of what others read, and deleted when it has served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.customer_names import refuse_names, without
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


def keep_secret(
    session: Session, gathering_id: int, texts: Mapping[str, str], *, means_else: bool = False
) -> None:
    """Let pass texts, by the name of their field, that do not name the customer of a day.

    `means_else`: the writer says that a word of the name means something else. One statement.
    Raises CustomerNamed, MayNameCustomer.
    """
    refuse_names(hold_trip(session, gathering_id).customer, texts, means_else=means_else)


def everybody_wrote(session: Session, gathering: Gathering, guests: Iterable[int]) -> bool:
    """Whether host and guests have all looked back, so that the name has served. One statement."""
    written = {row.person_id for row in debriefs_of(session, gathering.id) if row.written_at}
    return {*guests, gathering.host_id or 0} <= written


def put_away_customer(
    session: Session, gathering: Gathering, guests: Iterable[int], *, at: datetime
) -> None:
    """After a debrief: the name is hidden in the preparation, and deleted with the last debrief.

    The meeting point goes at once. Until the last debrief no page shows the name any more; it is
    kept only so that nobody leaves it in words that stay. At most three statements.
    """
    if everybody_wrote(session, gathering, guests):
        forget_customer(session, gathering.id, at=at)
        return
    trip = hold_trip(session, gathering.id)
    _hide_in_sheet(trip)
    trip.meeting_point = ""


def forget_customer(session: Session, gathering_id: int, *, at: datetime) -> bool:
    """Delete the customer's name and the meeting point; gives whether there was anything.

    The name is hidden in the preparation as well. One statement or two.
    """
    trip = hold_trip(session, gathering_id)
    if trip.customer_deleted_at is not None or not (trip.customer or trip.meeting_point):
        return False
    _hide_in_sheet(trip)
    trip.customer, trip.meeting_point = None, ""
    trip.customer_deleted_at = at
    return True


def _hide_in_sheet(trip: Trip) -> None:
    for name in SHEET:
        setattr(trip, name, without(trip.customer, getattr(trip, name)))
