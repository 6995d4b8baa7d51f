"""What became of a booking, as the person is told it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.seats import Approval, BookingState
from app.gatherings.models import Booking
from app.gatherings.queries.bookings.lists import place_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """`place` counts from 1 and is None unless the person waits.

    `expires_at` ends an open question: the lead's while requested, one's own while offered.
    `path` is the page of what was booked, where the act knows it.
    """

    booking_id: int
    state: BookingState
    approval: Approval = Approval.NOT_NEEDED
    place: int | None = None
    expires_at: datetime | None = None
    path: str = field(default="", compare=False)

    @property
    def is_waiting(self) -> bool:
        """Whether the person stands on the waiting list."""
        return self.state is BookingState.WAITLISTED


def outcome_of(session: Session, booking: Booking, *, path: str = "") -> Outcome:
    """A booking as it stands. One statement for somebody who waits, else none."""
    return Outcome(
        booking_id=booking.id,
        state=booking.state,
        approval=booking.approval,
        place=place_of(session, booking),
        expires_at=booking.expires_at,
        path=path,
    )
