"""Quiet hours and the daily digest on the reader's own clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.domain.quiet import digest_is_due, is_quiet, may_go_at

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        (time(21, 59), False),
        (time(22, 0), True),
        (time(0, 0), True),
        (time(6, 59), True),
        (time(7, 0), False),
    ],
)
def test_quiet_hours_may_cross_midnight_and_end_on_the_minute(local, quiet):
    assert is_quiet(local, time(22), time(7)) is quiet


def test_without_both_ends_nothing_is_quiet():
    assert [is_quiet(time(3), None, time(7)), is_quiet(time(3), time(22), None)] == [False, False]


@pytest.mark.parametrize(
    ("now", "goes_at"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)),
        (datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        # the night in which the clocks go forward: seven o'clock is five hours UTC
        (datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
    ],
)
def test_a_mail_waits_for_the_end_of_the_quiet_hours_on_the_readers_clock(now, goes_at):
    assert may_go_at(now, BERLIN, time(22), time(7)) == goes_at


def test_the_digest_is_due_from_its_local_hour_on():
    before, after = (datetime(2026, 7, 1, 5, minute, tzinfo=UTC) for minute in (29, 30))

    assert [digest_is_due(at, BERLIN, time(7, 30)) for at in (before, after)] == [False, True]
