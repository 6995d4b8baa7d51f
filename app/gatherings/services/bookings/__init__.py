"""Everything a person does with a seat of a session, a field trip or a joint day.

Each act locks the gathering's row first (several in the order of their keys), so that those who
want its last seat line up; the decisions are `app.domain.seats` and `app.domain.queueing`. Call
`ring("mail")` after the unit of work. Nothing here asks who may do it: that is `access`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.gatherings.services.bookings.outcome import Outcome
from app.gatherings.services.bookings.sitting import Moved, Sitting

__all__ = [
    "Moved",
    "Outcome",
    "Sitting",
    "accept_offer",
    "announce",
    "approve",
    "book",
    "call_off",
    "cancel",
    "change_seats",
    "confirm",
    "decline",
    "leave",
    "promote",
    "reschedule",
    "turn_down_offer",
]


def book(
    session: Session, gathering_id: int, person_id: int, *, at: datetime, by: int | None = None
) -> Outcome:
    """Give a person a seat, ask their lead for it, or put them on the waiting list.

    Asking again gives the place they hold. `by` is who acts, None for the person; a lead or
    deputy of the home team who books for a member agrees to it by that. Raises NotBookable,
    NotOpenYet, BookingClosed, NotForYou, PrerequisiteMissing, Clash.
    """
    raise NotImplementedError


def cancel(
    session: Session, booking_id: int, *, at: datetime, by: int, reason: str = ""
) -> Outcome:
    """Give back a seat (booked or requested); the next in line gets it.

    The person themselves may until `cancel_until` (or `leave_until`), else TooLateToCancel;
    anybody else excuses them, also later, until the gathering is over. Raises NothingToCancel.
    """
    raise NotImplementedError


def leave(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Leave the waiting list; possible until the start. Raises NothingToCancel."""
    raise NotImplementedError


def accept_offer(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Take the seat that was offered. Raises OfferIsOver, Clash."""
    raise NotImplementedError


def turn_down_offer(session: Session, booking_id: int, *, at: datetime, by: int) -> Outcome:
    """Leave the offered seat to the next in line. Raises OfferIsOver."""
    raise NotImplementedError


def approve(
    session: Session, booking_ids: Collection[int], *, by: int, at: datetime
) -> list[Outcome]:
    """A lead agrees to several requests at once, all or none; also to people still waiting.

    Raises NothingToDecide when one of them is no longer asked for.
    """
    raise NotImplementedError


def decline(session: Session, booking_id: int, *, by: int, reason: str, at: datetime) -> Outcome:
    """A lead refuses a request with a reason; the seat goes to the next in line.

    Raises ReasonMissing, NothingToDecide.
    """
    raise NotImplementedError


def change_seats(
    session: Session, gathering_id: int, wanted: int, *, by: int, at: datetime
) -> list[Outcome]:
    """HR wants another number of seats; gives what that moved up.

    More seats let exactly that many waiting people move up. Fewer throw nobody out: seats go as
    they come free. Raises SeatsOutOfRange, NotBookable for a gathering that is over.
    """
    raise NotImplementedError


def call_off(session: Session, gathering_id: int, *, by: int, reason: str, at: datetime) -> int:
    """Cancel a gathering for everybody; gives how many people were told.

    Calendars show the cancellation, rooms and trainers are free again, and those who wanted the
    course keep their rank for its next date. Raises ReasonMissing, NotBookable.
    """
    raise NotImplementedError


def confirm(session: Session, gathering_id: int, *, by: int | None, at: datetime) -> int:
    """Say that it takes place for certain; gives how many people were told. Raises NotBookable."""
    raise NotImplementedError


def announce(session: Session, gathering_id: int, *, by: int, at: datetime) -> int:
    """Show a draft to everybody; gives how many who waited for a date were told.

    Trainers and hosts are held from now on. Raises NotADraft, Clash (a trainer is elsewhere).
    """
    raise NotImplementedError


def reschedule(
    session: Session, gathering_id: int, sittings: Sequence[Sitting], *, by: int, at: datetime
) -> Moved:
    """Move meetings in time or place: one `Sitting` per meeting, in their order.

    Everybody's time is claimed anew and everybody is told. Who is elsewhere at the new time keeps
    the seat and hears of the clash; all may leave without blame until the start. Raises
    NotBookable, Clash (a trainer), RoomTaken.
    """
    raise NotImplementedError


def promote(session: Session, gathering_id: int, *, at: datetime) -> list[Outcome]:
    """Let waiting people move up into free seats, in order; gives who did.

    Those who are elsewhere at the time, lack the approval or a seat of their department are
    passed over and keep their place. Safe at any time; nothing happens after the booking close.
    """
    raise NotImplementedError
