"""Quarters: written, read, and counted over the years."""

from datetime import date

import pytest

from app.domain.quarters import days_of, quarter_of, quarters_around
from app.domain.timespan import Days


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_every_day_lies_in_a_quarter(day, expected):
    assert quarter_of(day) == expected
    assert day in days_of(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-Q4", Days(date(2026, 10, 1), date(2027, 1, 1))),
        ("2027-Q1", Days(date(2027, 1, 1), date(2027, 4, 1))),
        ("2026-Q5", None),
        ("1999-Q1", None),
        ("2026-Q\u00b2", None),
        ("", None),
        ("2026-Q4 ", None),
    ],
)
def test_quarters_are_read_or_refused(text, expected):
    assert days_of(text) == expected


def test_quarters_around_a_day_run_over_the_years():
    assert quarters_around(date(2026, 11, 23), back=2, ahead=1) == [
        "2027-Q1",
        "2026-Q4",
        "2026-Q3",
        "2026-Q2",
    ]
