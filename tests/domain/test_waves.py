"""Waves: bounds, reminders, and who is asked about whom."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.waves import (
    MOST_RATED,
    BadLength,
    BadLimit,
    Terms,
    finished_share,
    importance_of,
    is_over,
    moved_between,
    reminder_days,
    shared_out,
)

START = date(2026, 11, 23)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("ends_on", [START, date(2026, 11, 24), date(2027, 2, 1)])
def test_a_wave_has_a_sensible_length(ends_on):
    with pytest.raises(BadLength):
        Terms("W", START, ends_on)


@pytest.mark.parametrize("limits", [{"k": 4}, {"k": 16}, {"k_target": 4}, {"k_target": 16}])
def test_limits_protect(limits):
    with pytest.raises(BadLimit):
        Terms("W", START, date(2026, 12, 7), **limits)


@pytest.mark.parametrize(
    ("ends_on", "days"),
    [
        (date(2026, 12, 7), (date(2026, 11, 30), date(2026, 12, 5))),
        (date(2026, 11, 30), (date(2026, 11, 28),)),
        (date(2026, 11, 25), (date(2026, 11, 24),)),
    ],
)
def test_the_system_reminds_half_way_and_near_the_end(ends_on, days):
    assert reminder_days(START, ends_on) == days


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), False),  # the night the clocks go forward
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_wave_ends_at_midnight_on_the_companys_clock(at, over):
    assert is_over(date(2026, 3, 29), BERLIN, at) is over


@given(
    members=st.lists(st.integers(1, 999), unique=True, max_size=30),
    targets=st.integers(0, 12),
    seed=st.integers(0, 99),
)
def test_nobody_is_asked_about_more_than_four_and_every_target_about_as_often(
    members, targets, seed
):
    teams = list(range(1000, 1000 + targets))

    dealt = shared_out(members, teams, Random(seed))  # noqa: S311 - to be repeated

    rated = Counter(team for hand in dealt.values() for team in hand)
    assert set(dealt) == set(members)
    assert {len(hand) for hand in dealt.values()} <= {min(targets, MOST_RATED)}
    counts = [rated[team] for team in teams]
    assert not counts or max(counts) - min(counts) <= (1 if targets > MOST_RATED else 0)


@pytest.mark.parametrize(
    ("finished", "asked", "k", "share"),
    [
        (10, 10, 5, None),
        (49, 49, 5, None),
        (4, 50, 5, 0),
        (5, 50, 5, 10),
        (79, 80, 8, 90),
        (79, 79, 8, None),
        (100, 100, 5, 90),
    ],
)
def test_the_share_is_in_tens_where_a_step_is_k_people(finished, asked, k, share):
    assert finished_share(finished, asked, k) == share


@given(asked=st.integers(0, 700), k=st.integers(5, 15))
def test_no_two_shares_ever_shown_are_fewer_than_k_people_apart(asked, k):
    shown = [finished_share(finished, asked, k) for finished in range(asked + 1)]

    people_behind = Counter(share for share in shown if share is not None)

    assert all(people >= k for people in people_behind.values())
    assert (shown[-1] is None) == (asked < 10 * k)


@pytest.mark.parametrize(
    ("ticked", "settled", "importance"),
    [
        (None, None, 1.0),
        (1.0, None, 0.25),
        (5.0, None, 1.0),
        (10 / 3, None, 0.5),
        (4.0, None, 0.75),
        (1.0, 0.75, 0.75),
    ],
)
def test_importance_comes_in_quarters(ticked, settled, importance):
    assert importance_of(ticked, settled) == importance


def test_movers_count_for_both_their_teams_and_leavers_and_joiners_for_one():
    before, now = {1: 10, 2: 10, 3: 20, 4: 20}, {1: 10, 2: 20, 3: 20, 5: 30}

    assert moved_between(before, now) == {10: 1, 20: 2, 30: 1}
