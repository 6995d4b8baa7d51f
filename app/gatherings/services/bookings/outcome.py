"""What became of a booking, as the person is told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.seats import Approval, BookingState


@dataclass(frozen=True, slots=True)
class Outcome:
    """`place` counts from 1 and is None unless the person waits; `expires_at` ends an open question.

    The question is the lead's while requested, the person's own while offered.
    """

    booking_id: int
    state: BookingState
    approval: Approval = Approval.NOT_NEEDED
    place: int | None = None
    expires_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the person stands on the waiting list."""
        return self.state is BookingState.WAITLISTED
