"""Working days: weekends and public holidays do not count, and clocks may change in between."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.workdays import is_workday, workdays_before, workdays_from

BERLIN, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}
NEW_YEAR = {date(2027, 1, 1)}
CAIRO_SKIPS = datetime(2027, 4, 29, 22, 30, tzinfo=UTC)  # 1:30 there, as 0:30 is skipped


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), True),  # Monday
        (date(2026, 11, 27), True),  # Friday
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 12, 25), False),  # a holiday on a Friday
    ],
)
def test_workdays_are_monday_to_friday_but_holidays(day, expected):
    assert is_workday(day, CHRISTMAS) is expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),  # even a Saturday
        (date(2026, 11, 23), -1, date(2026, 11, 20)),  # over the weekend
        (date(2026, 11, 23), -3, date(2026, 11, 18)),
        (date(2026, 11, 29), -1, date(2026, 11, 27)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 12, 28), -2, date(2026, 12, 23)),  # over Christmas and the weekend
        (date(2026, 12, 23), 3, date(2026, 12, 29)),
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # over the year
    ],
)
def test_counting_leaps_over_days_off(day, count, expected):
    assert workdays_from(day, count, CHRISTMAS | NEW_YEAR) == expected


@pytest.mark.parametrize(
    ("at", "count", "zone", "expected"),
    [
        # 9:00 in Berlin on Monday, three working days earlier
        (datetime(2026, 11, 23, 8, tzinfo=UTC), 3, BERLIN, datetime(2026, 11, 18, 8, tzinfo=UTC)),
        # the clocks were put forward in between: 9:00 stays 9:00
        (datetime(2027, 3, 29, 7, tzinfo=UTC), 1, BERLIN, datetime(2027, 3, 26, 8, tzinfo=UTC)),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), 0, BERLIN, datetime(2026, 11, 23, 8, tzinfo=UTC)),
        # 0:30 on Friday 30 April 2027 does not exist in Cairo: an hour later
        (datetime(2027, 5, 2, 21, 30, tzinfo=UTC), 1, CAIRO, CAIRO_SKIPS),
    ],
)  # fmt: skip
def test_notice_ends_at_the_same_time_of_day(at, count, zone, expected):
    assert workdays_before(at, count, zone, CHRISTMAS) == expected
