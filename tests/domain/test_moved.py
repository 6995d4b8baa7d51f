"""What hangs on the start of a session moves along with it, or the move is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.moved import ClosedByThen, DecidedByThen, Moments, against, moved
from app.domain.planned import ClosesBeforeItOpens, ReleasedTooLate

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 12, 21, 8, tzinfo=UTC)  # a Monday, 9:00 in Berlin
USUAL = Moments(
    START,
    opens_at=START - timedelta(days=40),
    closes_at=START - timedelta(days=2),
    decide_on=date(2026, 12, 14),
    release_on=date(2026, 12, 16),
)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("days", [-9, -1, 0, 1, 30])
def test_days_and_close_keep_their_distance_to_the_start(days):
    by = timedelta(days=days)

    assert moved(USUAL, START + by, BERLIN) == Moments(
        START + by,
        USUAL.opens_at,
        USUAL.closes_at + by,
        date(2026, 12, 14) + by,
        date(2026, 12, 16) + by,
    )


def test_days_are_those_of_the_sites_clock():
    late = replace(USUAL, starts_at=datetime(2026, 12, 20, 23, 30, tzinfo=UTC))  # Monday there

    assert moved(late, START, BERLIN).decide_on == USUAL.decide_on


def test_what_has_no_day_has_none_afterwards():
    bare = replace(USUAL, decide_on=None, release_on=None)

    after = moved(bare, START - timedelta(days=3), BERLIN)

    assert (after.decide_on, after.release_on) == (None, None)


def found(before, days, *, at=AT):
    after = moved(before, before.starts_at + timedelta(days=days), BERLIN)
    faults = against(before, after, zone=BERLIN, at=at)
    return [(fault.field, type(fault.refusal)) for fault in faults]


@pytest.mark.parametrize(
    ("before", "days", "expected"),
    [
        (USUAL, -20, []),
        (USUAL, -22, [("decide_on", DecidedByThen)]),
        (USUAL, -27, [("closes_on", ClosedByThen), ("decide_on", DecidedByThen)]),
        (
            replace(USUAL, opens_at=START - timedelta(days=10), decide_on=None),
            -10,
            [("closes_on", ClosesBeforeItOpens)],
        ),
        (
            replace(USUAL, release_on=date(2026, 12, 20)),
            -1,
            [("release_on", ReleasedTooLate)],
        ),
        (replace(USUAL, decide_on=date(2026, 11, 20)), -1, []),  # was over before
        (replace(USUAL, closes_at=AT - timedelta(days=1)), -1, [("release_on", ReleasedTooLate)]),
        (replace(USUAL, closes_at=AT - timedelta(days=1), release_on=None), -1, []),
        (replace(USUAL, release_on=date(2026, 12, 20)), 0, []),  # only the room changes
    ],
)
def test_what_would_be_over_by_then_stands_against_a_move(before, days, expected):
    assert found(before, days) == expected
