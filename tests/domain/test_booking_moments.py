"""When seats can be booked, given back, asked for and offered."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.seats import (
    MinimumStanding,
    Stage,
    Window,
    cancel_until,
    first_until,
    minimum_standing,
    offer_expiry,
    request_expiry,
    stage,
)
from app.domain.seats.moments import working_days_from

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}
START = datetime(2026, 12, 17, 8, 0, tzinfo=UTC)  # a Thursday, 9:00 in Berlin
WINDOW = Window(START - timedelta(days=30), START - timedelta(days=1), START)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "count", "holidays", "expected"),
    [
        (date(2026, 12, 17), 0, (), date(2026, 12, 17)),
        (date(2026, 12, 17), -3, (), date(2026, 12, 14)),
        (date(2026, 12, 17), -4, (), date(2026, 12, 11)),  # over a weekend
        (date(2026, 12, 19), -1, (), date(2026, 12, 18)),  # from a Saturday
        (date(2026, 12, 29), -2, CHRISTMAS, date(2026, 12, 24)),
        (date(2026, 12, 23), 5, CHRISTMAS, date(2026, 12, 31)),
        (date(2026, 12, 18), 1, (), date(2026, 12, 21)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day, count, holidays, expected):
    assert working_days_from(day, count, holidays) == expected


def test_a_calendar_without_working_days_is_a_bug():
    always = {date(2026, 1, 1) + timedelta(days=number) for number in range(900)}

    with pytest.raises(ValueError, match="too few working days"):
        working_days_from(date(2026, 6, 1), 1, always)


@pytest.mark.parametrize(
    ("starts_at", "days", "zone", "holidays", "expected"),
    [
        (START, 3, BERLIN, (), utc(2026, 12, 14, 8)),
        (START, 0, BERLIN, (), START),
        # Two working days before Tuesday 29 December, Christmas in between.
        (utc(2026, 12, 29, 8), 2, BERLIN, CHRISTMAS, utc(2026, 12, 24, 8)),
        # The clocks were put forward on Sunday 28 March 2027: nine stays nine.
        (utc(2027, 3, 30, 7), 3, BERLIN, (), utc(2027, 3, 25, 8)),
        # And back on Sunday 31 October 2027.
        (utc(2027, 11, 2, 8), 3, BERLIN, (), utc(2027, 10, 28, 7)),
        # Tokyo's Thursday begins on Wednesday in London.
        (utc(2026, 12, 16, 23, 30), 1, ZoneInfo("Asia/Tokyo"), (), utc(2026, 12, 15, 23, 30)),
        # Cairo skips 0:30 on Friday 30 April 2027; it counts as if it had not.
        (utc(2027, 5, 2, 21, 30), 1, ZoneInfo("Africa/Cairo"), (), utc(2027, 4, 29, 22, 30)),
    ],
)
def test_seats_can_be_given_back_until_the_same_time_working_days_before(
    starts_at, days, zone, holidays, expected
):
    assert cancel_until(starts_at, days, zone=zone, holidays=holidays) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (utc(2026, 11, 23, 9), utc(2026, 11, 30, 9)),
        (utc(2026, 12, 14, 9), START),  # five working days would be after the start
    ],
)
def test_a_request_is_open_for_five_working_days_at_most_until_the_start(at, expected):
    assert request_expiry(at, starts_at=START, zone=BERLIN, holidays=()) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START - timedelta(days=10), Stage.AUTOMATIC),
        (START - timedelta(hours=72, seconds=1), Stage.AUTOMATIC),
        (START - timedelta(hours=72), Stage.OFFER),
        (START - timedelta(hours=24, seconds=1), Stage.OFFER),
        (START - timedelta(hours=24), Stage.NONE),  # booking is closed
        (START + timedelta(hours=1), Stage.NONE),
    ],
)
def test_far_from_the_start_people_move_up_then_they_are_asked_then_nobody(at, expected):
    assert stage(WINDOW, at) == expected


def test_booking_never_outlasts_the_start():
    late = Window(START - timedelta(days=30), START + timedelta(days=1), START)

    assert [late.is_open(START - timedelta(seconds=1)), late.is_open(START)] == [True, False]


@pytest.mark.parametrize(
    ("at", "opens_at", "expected"),
    [
        (utc(2026, 11, 23, 9), None, utc(2026, 11, 26, 9)),  # Monday to Thursday
        (utc(2026, 11, 26, 9), None, utc(2026, 12, 1, 9)),  # over a weekend
        (utc(2026, 11, 20, 9), utc(2026, 11, 23, 8), utc(2026, 11, 26, 8)),  # from the opening on
        (utc(2026, 12, 14, 8), None, utc(2026, 12, 15, 8)),  # half of the two days that are left
        (utc(2026, 12, 16, 8), None, utc(2026, 12, 16, 8)),  # closed: nothing is kept
    ],
)
def test_seats_are_first_kept_for_three_working_days_at_most_half_the_time(at, opens_at, expected):
    window = Window(opens_at or WINDOW.opens_at, WINDOW.closes_at, START)

    assert first_until(window, at, zone=BERLIN, holidays=()) == expected


@pytest.mark.parametrize(
    ("before_close", "stands"),
    [
        (timedelta(hours=72), timedelta(hours=24)),  # half would be 36
        (timedelta(hours=20), timedelta(hours=10)),
        (timedelta(minutes=90), timedelta(hours=1)),  # at least an hour
        (timedelta(minutes=20), timedelta(minutes=20)),  # never beyond the close
    ],
)
def test_an_offer_stands_for_half_the_time_left(before_close, stands):
    at = WINDOW.closes_at - before_close

    assert offer_expiry(WINDOW, at) == at + stands


@pytest.mark.parametrize(
    ("booked", "decide_on", "today", "expected"),
    [
        (0, None, date(2026, 12, 10), MinimumStanding.QUIET),
        (3, date(2026, 12, 10), date(2026, 12, 4), MinimumStanding.QUIET),
        (3, date(2026, 12, 10), date(2026, 12, 7), MinimumStanding.WARN),
        (4, date(2026, 12, 10), date(2026, 12, 7), MinimumStanding.QUIET),
        (3, date(2026, 12, 10), date(2026, 12, 10), MinimumStanding.DECIDE),
        (3, date(2026, 12, 10), date(2026, 12, 14), MinimumStanding.DECIDE),
        (4, date(2026, 12, 10), date(2026, 12, 10), MinimumStanding.CONFIRM),
    ],
)
def test_too_few_people_are_warned_of_before_the_day_of_decision(
    booked, decide_on, today, expected
):
    found = minimum_standing(
        booked=booked, minimum=4, decide_on=decide_on, today=today, holidays=()
    )

    assert found == expected
