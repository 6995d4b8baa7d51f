"""What marks of single meetings come to, and the code shown on site."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.domain.attendance import Presence, is_open, new_code, on_arrival, outcome, read_code
from app.domain.seats import BookingState
from app.domain.timespan import Timespan
from app.gatherings.services.attendance import months_later

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MEETING = Timespan(NINE, NINE + timedelta(hours=2))
THERE, LATE, AWAY, EXCUSED = Presence


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], None),
        ([THERE, None], None),
        ([THERE, LATE], BookingState.ATTENDED),
        ([THERE, EXCUSED], BookingState.PARTLY_ATTENDED),
        ([AWAY, LATE], BookingState.PARTLY_ATTENDED),
        ([EXCUSED, EXCUSED], BookingState.EXCUSED),
        ([EXCUSED, AWAY], BookingState.NO_SHOW),
    ],
)
def test_marks_come_to_one_outcome(marks, expected):
    assert outcome(marks) is expected


@pytest.mark.parametrize(
    ("minutes", "counts"), [(-31, False), (-30, True), (0, True), (119, True), (120, False)]
)
def test_a_code_counts_from_half_an_hour_before_to_the_end(minutes, counts):
    assert is_open(MEETING, NINE + timedelta(minutes=minutes)) is counts


@pytest.mark.parametrize(("minutes", "mark"), [(-5, THERE), (14, THERE), (15, LATE)])
def test_a_quarter_of_an_hour_after_the_start_is_late(minutes, mark):
    assert on_arrival(MEETING, NINE + timedelta(minutes=minutes)) is mark


def test_a_code_is_read_however_it_is_typed():
    code = new_code(Random(1), 16)  # noqa: S311 - the same luck every time

    assert read_code(f" {code[:4].lower()}-{code[4:]} ") == code
    assert not set(code) & set("OI01")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-23", 12, "2027-11-23"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_months_later_stays_within_the_month(day, months, expected):
    parsed = datetime.fromisoformat(day).date()

    assert months_later(parsed, months).isoformat() == expected
