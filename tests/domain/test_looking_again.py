"""How often an outside calendar is looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.looking_again import look_again_at

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "luck", "minutes"),
    [
        (0, 0.0, 30),
        (0, 1.0, 60),
        (1, 0.0, 41),
        (5, 0.0, 147),
        (9, 1.0, 1048),
        (10, 0.0, 1440),
        (10, 1.0, 1410),
        (400, 0.0, 1440),
    ],
)
def test_calendar_is_looked_at_hourly_and_seldom_when_it_fails(failures, luck, minutes):
    found = look_again_at(AT, failures=failures, luck=luck) - AT

    assert round(found / timedelta(minutes=1)) == minutes


def test_each_failure_makes_the_wait_longer():
    waits = [look_again_at(AT, failures=failures, luck=0.5) for failures in range(11)]

    assert waits == sorted(set(waits))
