"""Times on the wall clock in the nights in which it is changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.timespan import Pass, RepeatedHour, SkippedHour, entered, from_local, pass_of

BERLIN = ZoneInfo("Europe/Berlin")
TWICE = datetime(2027, 10, 31, 2, 30)
SKIPPED = datetime(2027, 3, 28, 2, 30)
PASSES = {
    Pass.FIRST: datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    Pass.SECOND: datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("meant", Pass)
def test_time_that_comes_twice_is_the_one_that_is_meant(meant):
    assert entered(TWICE, BERLIN, meant) == PASSES[meant]
    assert pass_of(PASSES[meant], BERLIN) is meant


def test_time_that_comes_twice_is_asked_for_where_somebody_enters_it():
    with pytest.raises(RepeatedHour):
        entered(TWICE, BERLIN, None)
    assert from_local(TWICE, BERLIN) == PASSES[Pass.FIRST]


@pytest.mark.parametrize("meant", [None, *Pass])
def test_time_that_does_not_exist_is_refused_whatever_is_meant(meant):
    with pytest.raises(SkippedHour):
        entered(SKIPPED, BERLIN, meant)


@pytest.mark.parametrize(
    "wall",
    [
        datetime(2027, 10, 31, 1, 59),
        datetime(2027, 10, 31, 3),
        datetime(2027, 3, 28, 1, 59),
        datetime(2027, 3, 28, 3),
        datetime(2026, 12, 1, 9),
    ],
)
@pytest.mark.parametrize("meant", [None, *Pass])
def test_every_other_time_is_what_it_is(wall, meant):
    instant = entered(wall, BERLIN, meant)

    assert instant.astimezone(BERLIN).replace(tzinfo=None) == wall
    assert pass_of(instant, BERLIN) is None
