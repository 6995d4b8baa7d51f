"""The waiting list: its order, whose turn it is, and what becomes of somebody who asks now.

While somebody waits or an offer is open nobody walks past the list. Higher priority goes first:
that of people who keep a rank from a date that was called off or never had a seat for them. Then
who joined earlier, then the lower key. Who is elsewhere at the time, lacks the approval or a
seat of their department is passed over without losing the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.seats.allotment import Seats
from app.domain.seats.moments import Stage
from app.domain.seats.words import Approval, BookingState

USUAL, KEEPS_RANK = 0, 1  # priorities
AGREED = frozenset({Approval.NOT_NEEDED, Approval.GIVEN})


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody on the list; `is_elsewhere` when a hard commitment of theirs overlaps."""

    booking_id: int
    department_id: int | None
    priority: int
    joined_at: datetime
    approval: Approval = Approval.NOT_NEEDED
    is_elsewhere: bool = False

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """What the list is ordered by, smallest first."""
        return -self.priority, self.joined_at, self.booking_id

    @property
    def keeps_rank(self) -> bool:
        """Whether they wait since an earlier date of the course."""
        return self.priority >= KEEPS_RANK

    @property
    def may_move_up(self) -> bool:
        """Whether only a seat is missing."""
        return self.approval in AGREED and not self.is_elsewhere


def in_order(waiters: Iterable[Waiter]) -> list[Waiter]:
    """The list as it stands."""
    return sorted(waiters, key=lambda waiter: waiter.rank)


def moving_up(seats: Seats, waiters: Iterable[Waiter]) -> list[Waiter]:
    """Who gets the free seats, in order; each seat goes to the first who can have it."""
    chosen = []
    for waiter in in_order(waiters):
        free = seats.free_for(waiter.department_id, keeps_rank=waiter.keeps_rank)
        if waiter.may_move_up and free:
            seats = seats.with_one_more(waiter.department_id)
            chosen.append(waiter)
    return chosen


def only_the_yes_missing(seats: Seats, waiters: Iterable[Waiter]) -> list[Waiter]:
    """Who would move up into seats that are free now if only their lead agreed, in order."""
    line = list(waiters)
    pending = {each.booking_id for each in line if each.approval is Approval.PENDING}
    agreed = [
        replace(each, approval=Approval.GIVEN) if each.booking_id in pending else each
        for each in line
    ]
    moving = {each.booking_id for each in moving_up(seats, agreed)}
    return [each for each in in_order(line) if each.booking_id in pending & moving]


def place_of(booking_id: int, waiters: Sequence[Waiter]) -> int | None:
    """The place on the list, from 1, or None for somebody who does not wait."""
    order = [waiter.booking_id for waiter in in_order(waiters)]
    return order.index(booking_id) + 1 if booking_id in order else None


def first_state(*, free: int, list_is_open: bool, approval: Approval) -> BookingState:
    """What becomes of somebody who asks for a seat now.

    `free` counts the seats this person could have; the list is open while somebody waits or an
    offer stands. A request holds its seat until it is answered or runs out.
    """
    if list_is_open or free <= 0:
        return BookingState.WAITLISTED
    return BookingState.BOOKED if approval in AGREED else BookingState.REQUESTED


def moved_up_state(stage: Stage) -> BookingState:
    """What a seat that comes free makes of whose turn it is. Raises ValueError after the close."""
    if stage is Stage.NONE:
        raise ValueError("nobody moves up after the booking close")
    return BookingState.BOOKED if stage is Stage.AUTOMATIC else BookingState.OFFERED
