"""Months and the end of booking follow the wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.joint_days import booking_closes, month_around
from app.domain.timespan import Timespan

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (utc(2026, 12, 5, 9), Timespan(utc(2026, 11, 30, 23), utc(2026, 12, 31, 23))),
        (utc(2026, 12, 31, 23, 30), Timespan(utc(2026, 12, 31, 23), utc(2027, 1, 31, 23))),
        (utc(2026, 3, 31, 21), Timespan(utc(2026, 2, 28, 23), utc(2026, 3, 31, 22))),
    ],
)
def test_a_month_is_that_of_the_wall_clock(instant, expected):
    assert month_around(instant, BERLIN) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (utc(2026, 12, 1), utc(2026, 12, 6, 23)),  # the day begins at midnight in Berlin
        (utc(2026, 12, 7, 5), utc(2026, 12, 7, 9)),  # offered on the day itself
    ],
)
def test_booking_closes_as_the_day_begins(at, expected):
    assert booking_closes(utc(2026, 12, 7, 9), BERLIN, at=at) == expected
