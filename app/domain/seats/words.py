"""Words of the booking engine: what a gathering is, and what can become of a booking."""

from __future__ import annotations

from enum import StrEnum

from app.domain.refusals import N_


class GatheringKind(StrEnum):
    """A dated run of a course, a customer visit with a guest, or a day on the other side."""

    SESSION = "session"
    TRIP = "trip"
    JOINT_DAY = "joint_day"


class GatheringState(StrEnum):
    """Drafts are seen by their makers only; `confirmed` means it takes place for certain."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"
    OVER = "over"


class BookingState(StrEnum):
    """What can become of a booking.

    `cancelled` is the person's own doing, `called_off` the organiser's: of the whole event, or of
    one seat. `declined` is a no of a lead or a host.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    DECLINED = "declined"
    EXPIRED = "expired"
    ATTENDED = "attended"
    PARTLY_ATTENDED = "partly_attended"
    NO_SHOW = "no_show"
    EXCUSED = "excused"


class Approval(StrEnum):
    """Whether the lead agrees. Asked beside the state, so that waiting people can be approved."""

    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    GIVEN = "given"
    REFUSED = "refused"


CAME_TO_AN_END = frozenset(
    {
        BookingState.ATTENDED,
        BookingState.PARTLY_ATTENDED,
        BookingState.NO_SHOW,
        BookingState.EXCUSED,
    }
)
# A seat is held from the request on; after the event the count stands as it was.
HOLDING = (
    frozenset(
        {
            BookingState.REQUESTED,
            BookingState.APPROVED,
            BookingState.OFFERED,
            BookingState.BOOKED,
        }
    )
    | CAME_TO_AN_END
)
LIVE = HOLDING | {BookingState.WAITLISTED}
SEATED = frozenset({BookingState.APPROVED, BookingState.BOOKED})  # sure of their seat
BEFORE_IT_STARTS = LIVE - CAME_TO_AN_END
BOOKABLE = frozenset({GatheringState.ANNOUNCED, GatheringState.CONFIRMED})

BOOKING_STATE_LABELS = {
    BookingState.REQUESTED: N_("requested"),
    BookingState.APPROVED: N_("approved"),
    BookingState.WAITLISTED: N_("on the waiting list"),
    BookingState.OFFERED: N_("seat offered"),
    BookingState.BOOKED: N_("booked"),
    BookingState.CANCELLED: N_("cancelled"),
    BookingState.CALLED_OFF: N_("cancelled by the organiser"),
    BookingState.DECLINED: N_("declined"),
    BookingState.EXPIRED: N_("expired"),
    BookingState.ATTENDED: N_("attended"),
    BookingState.PARTLY_ATTENDED: N_("partly attended"),
    BookingState.NO_SHOW: N_("did not come"),
    BookingState.EXCUSED: N_("excused"),
}
