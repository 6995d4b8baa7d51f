"""The history of a booking tells the lead's yes as a state of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.booking_steps import Told, told
from app.domain.seats import Approval, BookingState

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADA, LEA = 1, 2
PENDING, GIVEN = Approval.PENDING, Approval.GIVEN
REQUESTED, WAITLISTED = BookingState.REQUESTED, BookingState.WAITLISTED
APPROVED, BOOKED = BookingState.APPROVED, BookingState.BOOKED
CANCELLED = BookingState.CANCELLED
CALLED_OFF = BookingState.CALLED_OFF


@dataclass
class Step:
    after: BookingState
    approval: Approval
    actor_id: int | None = ADA
    reason: str = ""
    at: datetime = NOW


def later(hours):
    return NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            [Step(BOOKED, Approval.NOT_NEEDED)],
            [Told(BOOKED, NOW, ADA)],
        ),
        (
            [Step(REQUESTED, PENDING), Step(BOOKED, GIVEN, LEA, at=later(1))],
            [Told(REQUESTED, NOW, ADA), Told(APPROVED, later(1), LEA), Told(BOOKED, later(1))],
        ),
        (
            [
                Step(WAITLISTED, PENDING),
                Step(WAITLISTED, GIVEN, LEA, at=later(1)),
                Step(BOOKED, GIVEN, None, at=later(2)),
            ],
            [Told(WAITLISTED, NOW, ADA), Told(APPROVED, later(1), LEA), Told(BOOKED, later(2))],
        ),
        (  # a lead who books for a member agrees by that
            [Step(WAITLISTED, GIVEN, LEA)],
            [Told(APPROVED, NOW, LEA), Told(WAITLISTED, NOW)],
        ),
        (
            [
                Step(REQUESTED, PENDING),
                Step(BookingState.DECLINED, Approval.REFUSED, LEA, "Quarter end", later(1)),
            ],
            [
                Told(REQUESTED, NOW, ADA),
                Told(BookingState.DECLINED, later(1), LEA, "Quarter end"),
            ],
        ),
        (
            [Step(BOOKED, Approval.NOT_NEEDED), Step(CANCELLED, Approval.NOT_NEEDED, at=later(1))],
            [Told(BOOKED, NOW, ADA), Told(CANCELLED, later(1), ADA)],
        ),
        (  # somebody else gave the seat back
            [
                Step(BOOKED, Approval.NOT_NEEDED),
                Step(CALLED_OFF, Approval.NOT_NEEDED, LEA, "Needed here", later(1)),
            ],
            [
                Told(BOOKED, NOW, ADA),
                Told(BookingState.EXCUSED, later(1), LEA, "Needed here"),
            ],
        ),
    ],
)
def test_each_state_is_told_once_and_the_yes_before_what_follows(steps, expected):
    assert list(told(steps, person_id=ADA)) == expected


def test_a_date_that_was_called_off_is_no_excuse():
    steps = [
        Step(BOOKED, Approval.NOT_NEEDED),
        Step(CALLED_OFF, Approval.NOT_NEEDED, LEA, "Too few", later(1)),
    ]

    assert [one.state for one in told(steps, person_id=ADA, off_at=later(1))] == [
        BOOKED,
        CALLED_OFF,
    ]
