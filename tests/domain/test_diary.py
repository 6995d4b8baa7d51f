"""Bookings beside stays: what is avoided, what is spared, and which days count as away."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.breaches import Crowd, Question, StayKey, breaches, in_the_way
from app.domain.diary import Activity, Booked, Diary, Reach, days_away, days_of, kept_off, touched
from app.domain.horizon import Horizon
from app.domain.standing import cheapest, wishes
from app.domain.timespan import Days, Timespan
from tests.domain.test_breaches import ADA, document

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2027, 3, 1, 8, tzinfo=UTC)


def booked(key="c1", start=MONDAY, hours=2, activity=Activity.TRAINING):
    span = Timespan(start, start + timedelta(hours=hours))
    return Booked(key, activity, "Listening", span, days_of(span, BERLIN))


def diary(*keys_and_blocks, **fields):
    """What Ada has booked: (key, blocks)."""
    times = [booked(key) for key, _blocks in keys_and_blocks]
    return Diary(booked={"ada": times}, blocks=dict(keys_and_blocks), **fields)


def whole(*starts, duration=1):
    return Reach(starts, duration, is_whole=True)


def partly(*starts, duration=1):
    return Reach(starts, duration, is_whole=False)


@pytest.mark.parametrize(
    ("busy", "reaches", "closed", "expected"),
    [
        ({1: {"a"}}, [], [], {1}),
        ({1: {"a"}}, [whole(0, 1, 2)], [], {1}),
        ({1: {"a"}}, [whole(1)], [], set()),
        ({1: {"a"}}, [whole(0, 1)], [0], set()),  # the free start is closed anyway
        ({1: {"a"}}, [whole(1)], [1], set()),  # nothing to spare, and closed already
        ({0: {"a", "b"}, 1: {"c"}}, [whole(0, 1)], [], {0}),
        ({0: {"a"}, 1: {"a"}, 2: {"b"}}, [whole(0, duration=2)], [], {2}),
        ({0: {"a"}, 1: {"b"}}, [whole(0, 1)], [], {1}),  # of two alike the earlier one
        ({0: {"a"}, 1: {"b"}}, [partly(1, 2)], [], {0}),
        ({0: {"a"}, 1: {"b"}}, [whole(0, 2), partly(1)], [], {0}),
        ({3: {"a"}}, [whole(3), whole(0, 3)], [], set()),  # the first wish has no other start
    ],
)
def test_blocks_are_avoided_unless_a_wish_needs_them(busy, reaches, closed, expected):
    assert kept_off(busy, reaches, closed=closed) == expected


BLOCKS = st.integers(0, 7)
REACHES = st.builds(
    Reach,
    starts=st.lists(BLOCKS, unique=True, max_size=5),
    duration=st.integers(1, 3),
    is_whole=st.booleans(),
)


@given(
    busy=st.dictionaries(BLOCKS, st.sets(st.sampled_from("abc"), min_size=1)),
    reaches=st.lists(REACHES, max_size=4),
    closed=st.sets(BLOCKS),
)
def test_bookings_alone_never_make_a_wish_impossible(busy, reaches, closed):
    off = kept_off(busy, reaches, closed=closed)

    assert off <= set(busy) - closed
    for reach in reaches:
        spans = [set(range(start, start + reach.duration)) for start in reach.starts]
        before = [span for span in spans if not span & closed]
        after = [span for span in before if not span & off]
        assert bool(after) == bool(before)
        assert reach.is_whole or after == before
        fewest = [len({key for block in span for key in busy.get(block, ())}) for span in before]
        left = [len({key for block in span for key in busy.get(block, ())}) for span in after]
        assert not fewest or min(left) == min(fewest)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (MONDAY, 3, set()),
        (MONDAY, 4, {date(2027, 3, 1)}),
        (datetime(2027, 3, 1, 20, tzinfo=UTC), 6, set()),  # three hours on each side of midnight
        (datetime(2027, 3, 1, 19, tzinfo=UTC), 8, {date(2027, 3, 1), date(2027, 3, 2)}),
    ],
)
def test_four_hours_make_a_day_away_on_the_own_wall_clock(start, hours, expected):
    assert days_away([booked(start=start, hours=hours)], BERLIN) == expected


def test_short_bookings_of_one_day_add_up():
    afternoon = MONDAY + timedelta(hours=5)

    assert days_away([booked(), booked(start=afternoon)], BERLIN) == {date(2027, 3, 1)}


def test_a_booking_touches_the_blocks_of_its_days():
    over_the_edge = booked(start=datetime(2027, 3, 28, 20, tzinfo=UTC), hours=4)

    assert over_the_edge.days == Days(date(2027, 3, 28), date(2027, 3, 30))
    assert touched(Horizon(date(2027, 3, 1), 3, 4), [over_the_edge, booked("c2")]) == {
        0: {"c1", "c2"}, 1: {"c1"},
    }  # fmt: skip


def test_a_booking_inside_a_whole_stay_breaks_the_rule_of_one_place():
    question = Question(document(), diary(("c1", range(1, 2)), ("c2", range(3, 4))))

    found = [(b.rule, b.code, b.person, b.block, b.detail) for b in breaches(question, [ADA])]

    assert found == [("I3", "at_training", "ada", 1, "c1")]


def test_beside_a_part_of_the_working_time_it_breaks_none():
    question = Question(document(), diary(("c1", range(1, 2)), part_time={"desk"}))

    assert breaches(question, [ADA]) == []


def test_a_stay_done_from_elsewhere_leaves_time_for_it():
    asked = document()
    asked["employees"][0] |= {"site": "far", "remote_ok": True}
    asked["placements"][0]["remote_ok"] = True

    assert breaches(Question(asked, diary(("c1", range(1, 2)))), [ADA]) == []


def test_an_avoided_block_is_told_by_its_booking_and_not_as_an_absence():
    asked = document()
    asked["employees"][0]["unavailable"] = [1]
    question = Question(asked, diary(("c1", range(1, 2)), kept_off={"ada": {1}}))

    found = in_the_way(question, Crowd(question, []), ADA)

    assert [breach.code for breach in found] == ["at_training"]


def test_giving_a_booking_back_is_a_way_to_a_place():
    asked = document()
    asked["placements"][0]["starts"] = [0]
    question = Question(asked, diary(("c1", range(1, 2))))

    best = cheapest(wishes(question, Crowd(question, []), "ada"))

    assert [(breach.code, breach.detail) for breach in best.takes] == [("at_training", "c1")]


def test_a_stay_that_has_begun_is_not_judged_by_bookings():
    asked = document(now=1, published=[{"employee": "ada", "placement": "desk", "start": 0}])
    question = Question(asked, diary(("c1", range(1, 2))))

    assert breaches(question, [StayKey("ada", "desk", 0)]) == []
