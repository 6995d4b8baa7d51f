"""The preparation sheet of a joint day: for host and guest alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import Stale
from app.domain.seats import BOOKABLE
from app.domain.seats.refusals import NotBookable
from app.gatherings.services.bookings.lines import hold_gathering
from app.gatherings.services.trips.privacy import hold_trip


@dataclass(frozen=True, slots=True)
class Sheet:
    """Why we go there, what the guest wants to know, who the guest is there, what to leave open."""

    purpose: str = ""
    question_1: str = ""
    question_2: str = ""
    guest_role: str = ""
    not_to_promise: str = ""


def prepare(
    session: Session, gathering_id: int, sheet: Sheet, *, opened_on: int, by: int, at: datetime
) -> None:
    """Write the preparation sheet. Raises NotBookable once it is over, Stale.

    Afterwards it may name the customer no more, so nothing is added to it.
    """
    gathering = hold_gathering(session, gathering_id)
    if gathering.state not in BOOKABLE or gathering.ends_at <= at:
        raise NotBookable
    trip = hold_trip(session, gathering_id)
    if trip.version != opened_on:
        raise Stale
    for name, value in asdict(sheet).items():
        setattr(trip, name, value)
    subject = f"gathering:{gathering_id}"
    record(session, AuditKind.TRIP_CHANGED, actor_id=by, subject=subject, at=at, change="sheet")
