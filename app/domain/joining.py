"""What somebody can do about a gathering right now: one clear step, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.refusals import N_, NN_
from app.domain.seats import BookingState, GatheringState

FEW = 3  # from here on free seats are counted aloud as few


class Step(StrEnum):
    """The one thing a person can do next."""

    BOOK = "book"
    REQUEST = "request"
    JOIN = "join"
    ACCEPT = "accept"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the seats: `free` ones this reader could have, `waiting` people before them.

    While somebody waits or an offer is open nobody walks past the list, so none is free then.
    `kept` are further free seats, held for other departments.
    """

    free: int
    waiting: int = 0
    kept: int = 0

    @property
    def open(self) -> int:
        """Seats that can be taken at once."""
        return 0 if self.waiting else self.free


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides the step; instants are UTC, `own` is the state of the live booking."""

    now: datetime
    state: GatheringState
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    cancel_until: datetime
    left: Left
    own: BookingState | None = None
    needs_approval: bool = False
    clashes: bool = False
    lacks: bool = False  # a prerequisite
    for_others: bool = False  # not among the departments it is meant for
    is_host: bool = False  # leads a meeting, or offers the trip


@dataclass(frozen=True, slots=True)
class Choice:
    """The step, or None with the sentence that says why; with a step it is what to know first."""

    step: Step | None
    why: str = ""


OWN_STEPS = {
    BookingState.REQUESTED: Step.WITHDRAW,
    BookingState.APPROVED: Step.CANCEL,
    BookingState.WAITLISTED: Step.LEAVE,
    BookingState.OFFERED: Step.ACCEPT,
    BookingState.BOOKED: Step.CANCEL,
}
NOTHING_LEFT = Choice(None)
ELSEWHERE = N_(
    "You have to be somewhere else at that time. You can wait all the same: a seat is yours only"
    " once that is gone. Until then others go before you, and you keep your place."
)


def choice(situation: Situation) -> Choice:
    """The one thing this person can do now."""
    if situation.own is not None:
        return own_choice(
            situation.own,
            now=situation.now,
            starts_at=situation.starts_at,
            cancel_until=situation.cancel_until,
        )
    return _closed(situation) or _hindered(situation) or _open(situation)


def own_choice(
    own: BookingState, *, now: datetime, starts_at: datetime, cancel_until: datetime
) -> Choice:
    """The one thing a person can do about a booking they have."""
    step = OWN_STEPS.get(own)
    if step is None or now >= starts_at:
        return NOTHING_LEFT
    if step is Step.CANCEL and now >= cancel_until:
        return Choice(None, N_("It is too late to cancel here. Your lead or HR can excuse you."))
    return Choice(step)


def _closed(situation: Situation) -> Choice | None:
    if situation.state is GatheringState.CALLED_OFF:
        return Choice(None, N_("This date was called off."))
    if situation.now >= situation.starts_at or situation.state is GatheringState.OVER:
        return Choice(None, N_("This date has passed."))
    if situation.state is GatheringState.DRAFT:
        return Choice(None, N_("This date is a draft and not announced yet."))
    if situation.now < situation.opens_at:
        return Choice(None, N_("Booking has not opened yet."))
    if situation.now >= situation.closes_at:
        return Choice(None, N_("Booking is closed."))
    return None


def _hindered(situation: Situation) -> Choice | None:
    if situation.is_host:
        return Choice(
            None, N_("You lead this yourself, or one of its meetings, so you take no seat in it.")
        )
    if situation.for_others:
        return Choice(None, N_("This is meant for people of other departments."))
    if situation.lacks:
        return Choice(None, N_("Another course comes first; it is named among the prerequisites."))
    if situation.clashes and situation.left.open:
        return Choice(None, N_("You have to be somewhere else at that time."))
    return None


def _open(situation: Situation) -> Choice:
    if not situation.left.open:
        return Choice(Step.JOIN, ELSEWHERE if situation.clashes else "")
    return Choice(Step.REQUEST if situation.needs_approval else Step.BOOK)


def seats_in_words(left: Left) -> tuple[tuple[str, str], int, str]:
    """Singular and plural of the sentence, the number it counts by, and a tone."""
    if left.waiting and left.kept:
        return NN_("%(num)d waits for a seat", "%(num)d wait for a seat"), left.waiting, "plain"
    if left.waiting:
        return NN_("full, %(num)d waits", "full, %(num)d wait"), left.waiting, "plain"
    if left.kept and not left.free:
        return NN_("kept for others", "kept for others"), left.kept, "plain"
    if not left.free:
        return NN_("full, be first in line", "full, be first in line"), 0, "plain"
    if left.free == 1:
        return NN_("one seat left", "one seat left"), 1, "warn"
    tone = "warn" if left.free <= FEW else "good"
    return NN_("%(num)d seat free", "%(num)d seats free"), left.free, tone
