"""Where something that was started stands, what it asks for, and how a first draft looks."""

from datetime import UTC, date, datetime, time

import pytest

from app.domain.seats import GatheringState
from app.domain.starts import (
    Facts,
    NextStep,
    Sitting,
    Stage,
    Started,
    StayFacts,
    Terms,
    next_step,
    shared,
    sittings,
    stage_of_date,
    stage_of_placement,
    terms,
)
from app.domain.stays import StayState

MONDAY, FRIDAY = date(2027, 3, 1), date(2027, 3, 5)
BEFORE, DURING, AFTER = date(2027, 2, 20), date(2027, 3, 3), date(2027, 3, 6)


@pytest.mark.parametrize(
    ("state", "taken", "today", "expected"),
    [
        (GatheringState.DRAFT, 0, BEFORE, (Stage.DRAFTED, MONDAY)),
        (GatheringState.ANNOUNCED, 0, BEFORE, (Stage.ANNOUNCED, MONDAY)),
        (GatheringState.CONFIRMED, 3, MONDAY, (Stage.ANNOUNCED, MONDAY)),
        (GatheringState.CONFIRMED, 3, DURING, (Stage.UNDER_WAY, MONDAY)),
        (GatheringState.CONFIRMED, 3, AFTER, (Stage.TOOK_PLACE, FRIDAY)),
        (GatheringState.OVER, 3, FRIDAY, (Stage.TOOK_PLACE, FRIDAY)),
        (GatheringState.OVER, 0, AFTER, (Stage.CALLED_OFF, MONDAY)),
        (GatheringState.CALLED_OFF, 0, BEFORE, (Stage.CALLED_OFF, MONDAY)),
    ],
)
def test_stage_of_a_date(state, taken, today, expected):
    assert stage_of_date(Facts(state, MONDAY, FRIDAY, taken), today) == expected


RUNNING = StayFacts(StayState.RUNNING, MONDAY, FRIDAY)
AGREED = StayFacts(StayState.AGREED, FRIDAY, AFTER)
ENDED = StayFacts(StayState.ENDED_EARLY, BEFORE, DURING)
DECLINED = StayFacts(StayState.DECLINED, MONDAY, FRIDAY)


@pytest.mark.parametrize(
    ("facts", "stays", "expected"),
    [
        ({"is_draft": True}, [], (Stage.DRAFTED, None)),
        ({}, [], (Stage.ANNOUNCED, None)),
        ({}, [DECLINED], (Stage.ANNOUNCED, None)),
        ({}, [AGREED, ENDED], (Stage.ANNOUNCED, FRIDAY)),
        ({}, [AGREED, RUNNING], (Stage.UNDER_WAY, MONDAY)),
        ({"is_round_over": True}, [ENDED, DECLINED], (Stage.TOOK_PLACE, DURING)),
        ({"is_withdrawn": True}, [ENDED], (Stage.TOOK_PLACE, DURING)),
        ({"is_withdrawn": True}, [], (Stage.CALLED_OFF, None)),
        ({"is_round_over": True}, [DECLINED], (Stage.CALLED_OFF, None)),
    ],
)
def test_stage_of_a_placement(facts, stays, expected):
    whole = {"is_draft": False, "is_withdrawn": False, "is_round_over": False, **facts}

    assert stage_of_placement(**whole, stays=stays) == expected


def started(stage):
    return Started(
        "gathering:1", "trip", "A day", stage, MONDAY, "", datetime(2027, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("stages", "is_planned", "expected"),
    [
        ([], True, NextStep.START),
        ([Stage.CALLED_OFF], True, NextStep.START),
        ([Stage.DRAFTED], True, NextStep.WAIT),
        ([Stage.CALLED_OFF, Stage.ANNOUNCED], True, NextStep.WAIT),
        ([Stage.TOOK_PLACE, Stage.UNDER_WAY], True, NextStep.WAIT),
        ([Stage.TOOK_PLACE, Stage.CALLED_OFF], True, NextStep.SAY_WHAT_CAME),
        ([Stage.TOOK_PLACE], False, NextStep.NOTHING),
        ([], False, NextStep.NOTHING),
    ],
)
def test_next_step(stages, is_planned, expected):
    assert next_step([started(stage) for stage in stages], is_planned=is_planned) is expected


def test_a_long_course_goes_on_over_the_weekend_at_the_same_hour():
    nine, five = time(9), time(17)

    assert sittings(FRIDAY, nine, 1000) == [
        Sitting(FRIDAY, nine, five),
        Sitting(date(2027, 3, 8), nine, five),
        Sitting(date(2027, 3, 9), nine, time(9, 40)),
    ]


def test_an_evening_ends_by_ten():
    assert sittings(MONDAY, time(20), 150) == [
        Sitting(MONDAY, time(20), time(22)),
        Sitting(date(2027, 3, 2), time(20), time(20, 30)),
    ]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 1), Terms(date(2027, 2, 22), date(2027, 2, 15))),
        (date(2027, 2, 16), Terms(date(2027, 2, 28), date(2027, 2, 21))),
        (date(2027, 2, 24), Terms(date(2027, 2, 28), date(2027, 2, 28))),
    ],
)
def test_booking_ends_before_the_first_day_and_held_seats_come_free(today, expected):
    assert terms(MONDAY, today) == expected


def test_seats_are_shared_by_two_departments_or_kept_for_one():
    assert (shared(9, [4, 2]), shared(9, [4, 4])) == ({2: 4, 4: 4}, {4: 9})
