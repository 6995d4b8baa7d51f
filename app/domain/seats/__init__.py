"""The booking engine's decisions: words, seats per department, moments, who may book."""

from app.domain.seats.allotment import Seats
from app.domain.seats.minimum import MinimumStanding, minimum_standing
from app.domain.seats.moments import (
    Stage,
    Window,
    cancel_until,
    first_until,
    offer_expiry,
    request_expiry,
    stage,
)
from app.domain.seats.words import (
    BEFORE_IT_STARTS,
    BOOKABLE,
    BOOKING_STATE_LABELS,
    CAME_TO_AN_END,
    HOLDING,
    LIVE,
    SEATED,
    Approval,
    BookingState,
    GatheringKind,
    GatheringState,
)

__all__ = [
    "BEFORE_IT_STARTS",
    "BOOKABLE",
    "BOOKING_STATE_LABELS",
    "CAME_TO_AN_END",
    "HOLDING",
    "LIVE",
    "SEATED",
    "Approval",
    "BookingState",
    "GatheringKind",
    "GatheringState",
    "MinimumStanding",
    "Seats",
    "Stage",
    "Window",
    "cancel_until",
    "first_until",
    "minimum_standing",
    "offer_expiry",
    "request_expiry",
    "stage",
]
