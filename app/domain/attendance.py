"""Who was there: what the marks of single meetings come to, and the code shown on site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from app.domain.refusals import N_, Refusal
from app.domain.seats import BookingState
from app.domain.timespan import Timespan

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another
CODE_LENGTH = 6
CERTIFICATE_LENGTH = 16
DOORS_OPEN = timedelta(minutes=30)  # before the start
LATE_AFTER = timedelta(minutes=15)


class Presence(StrEnum):
    """Never "ill": late or excused say enough."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


PRESENCE_LABELS = {
    Presence.PRESENT: N_("present"),
    Presence.LATE: N_("late"),
    Presence.ABSENT: N_("absent"),
    Presence.EXCUSED: N_("excused"),
}
THERE = frozenset({Presence.PRESENT, Presence.LATE})


class NotBegun(Refusal):
    """Nobody was at a meeting before it began."""

    msgid = N_("The list of a meeting opens half an hour before it begins.")


class WrongCode(Refusal):
    """A code is shown in the room, for that meeting, while it lasts."""

    msgid = N_("This code does not belong to a meeting you are booked for at the moment.")
    status = 422


def outcome(marks: Sequence[Presence | None]) -> BookingState | None:
    """What a booking ends as, from one mark per meeting; None while a mark is missing.

    Whoever was at every meeting attended, at some of them partly. Without any, absences decide:
    one that is not excused is a no-show.
    """
    if not marks or None in marks:
        return None
    there = [mark in THERE for mark in marks]
    if all(there):
        return BookingState.ATTENDED
    if any(there):
        return BookingState.PARTLY_ATTENDED
    if Presence.ABSENT in marks:
        return BookingState.NO_SHOW
    return BookingState.EXCUSED


def may_be_marked(span: Timespan, at: datetime) -> bool:
    """Whether the list of a meeting is open: from half an hour before its start on."""
    return at >= span.start - DOORS_OPEN


def is_open(span: Timespan, at: datetime) -> bool:
    """Whether the code of a meeting counts at an instant."""
    return may_be_marked(span, at) and at < span.end


def on_arrival(span: Timespan, at: datetime) -> Presence:
    """Present, or late from a quarter of an hour after the start on."""
    return Presence.LATE if at >= span.start + LATE_AFTER else Presence.PRESENT


def new_code(random: Random, length: int = CODE_LENGTH) -> str:
    """Letters and digits that are easily read aloud; 30 bits for six."""
    return "".join(random.choice(LETTERS) for _place in range(length))


def read_code(text: str) -> str:
    """What somebody typed, without spaces and dashes, in capitals."""
    return "".join(letter for letter in text.upper() if letter in LETTERS)
