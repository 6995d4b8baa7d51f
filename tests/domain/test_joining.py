"""The one step somebody can take about a gathering."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.joining import (
    ELSEWHERE,
    Choice,
    Left,
    Situation,
    Step,
    choice,
    seats_in_words,
)
from app.domain.seats import BookingState, GatheringState

START = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
USUAL = Situation(
    now=START - 20 * DAY,
    state=GatheringState.ANNOUNCED,
    opens_at=START - 60 * DAY,
    closes_at=START - 3 * DAY,
    starts_at=START,
    cancel_until=START - 5 * DAY,
    left=Left(free=4),
)
FULL = Left(free=0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Choice(Step.BOOK)),
        ({"needs_approval": True}, Choice(Step.REQUEST)),
        ({"left": FULL}, Choice(Step.JOIN)),
        ({"left": FULL, "needs_approval": True}, Choice(Step.JOIN)),
        ({"left": Left(free=2, waiting=1)}, Choice(Step.JOIN)),
        ({"state": GatheringState.CONFIRMED}, Choice(Step.BOOK)),
        ({"own": BookingState.BOOKED}, Choice(Step.CANCEL)),
        ({"own": BookingState.APPROVED}, Choice(Step.CANCEL)),
        ({"own": BookingState.REQUESTED}, Choice(Step.WITHDRAW)),
        ({"own": BookingState.WAITLISTED}, Choice(Step.LEAVE)),
        ({"own": BookingState.OFFERED}, Choice(Step.ACCEPT)),
        ({"own": BookingState.ATTENDED}, Choice(None)),
        # After the booking close one may still leave the list, but not get on it.
        ({"now": START - 2 * DAY, "own": BookingState.WAITLISTED}, Choice(Step.LEAVE)),
        ({"now": START, "own": BookingState.WAITLISTED}, Choice(None)),
        # A clash or a missing course does not lock anybody into what they hold.
        ({"own": BookingState.BOOKED, "clashes": True, "lacks": True}, Choice(Step.CANCEL)),
    ],
)
def test_there_is_one_step(change, expected):
    assert choice(replace(USUAL, **change)) == expected


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": GatheringState.CALLED_OFF}, "This date was called off."),
        ({"state": GatheringState.OVER}, "This date has passed."),
        ({"state": GatheringState.DRAFT}, "This date is a draft and not announced yet."),
        ({"now": START}, "This date has passed."),
        ({"now": USUAL.opens_at - DAY}, "Booking has not opened yet."),
        ({"now": USUAL.closes_at}, "Booking is closed."),
        ({"clashes": True}, "You have to be somewhere else at that time."),
        ({"for_others": True}, "This is meant for people of other departments."),
        ({"lacks": True}, "Another course comes first; it is named among the prerequisites."),
        (
            {"is_host": True},
            "You lead this yourself, or one of its meetings, so you take no seat in it.",
        ),
        (
            {"own": BookingState.BOOKED, "now": USUAL.cancel_until},
            "It is too late to cancel here. Your lead or HR can excuse you.",
        ),
    ],
)
def test_where_there_is_no_step_a_sentence_says_why(change, why):
    assert choice(replace(USUAL, **change)) == Choice(None, why)


def test_who_is_elsewhere_may_wait_and_is_told_what_that_means():
    found = choice(replace(USUAL, clashes=True, left=FULL))

    assert found == Choice(Step.JOIN, ELSEWHERE)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (Left(free=9), ("%(num)d seats free", 9, "good")),
        (Left(free=3), ("%(num)d seats free", 3, "warn")),
        (Left(free=1), ("one seat left", 1, "warn")),
        (FULL, ("full, be first in line", 0, "plain")),
        (Left(free=2, waiting=5), ("full, %(num)d wait", 5, "plain")),
        (Left(free=0, waiting=5, kept=2), ("%(num)d wait for a seat", 5, "plain")),
        (Left(free=0, kept=2), ("kept for others", 2, "plain")),
        (Left(free=4, kept=2), ("%(num)d seats free", 4, "good")),
    ],
)
def test_seats_are_told_in_words(left, expected):
    forms, number, tone = seats_in_words(left)

    assert (forms[1], number, tone) == expected
