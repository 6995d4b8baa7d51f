"""Needs in whole steps, and whose turn lots made it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.needs import STEPS, Lots, Turn, as_weight, in_steps, turns

DAY = date(2026, 12, 1)
ONE, TWO, THREE = (1, 2), (1, 3), (2, 3)


@pytest.mark.parametrize(
    ("weight", "steps"),
    [
        (0.0, 0),
        (0.024, 0),
        (0.025, 1),
        (0.05, 1),
        (0.1, 2),
        (0.125, 3),
        (0.15, 3),
        (0.175, 4),
        (0.25, 5),
        (0.35, 7),
        (0.5, 10),
        (0.55, 11),
        (0.95, 19),
        (1.0, 20),
    ],
)
def test_a_weight_is_kept_in_steps_of_a_twentieth_halves_upwards(weight, steps):
    assert in_steps(weight) == steps


@given(st.integers(0, STEPS))
def test_every_need_is_the_weight_it_came_from(steps):
    assert in_steps(as_weight(steps)) == steps


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_needier_pair_never_gets_less(one, other):
    low, high = sorted((one, other))

    assert 0 <= in_steps(low) <= in_steps(high) <= STEPS


def lots(wave_id, drawn, blanks, *, weeks=0):
    return Lots(wave_id, frozenset(drawn), frozenset(blanks), DAY + timedelta(weeks=weeks))


def test_drawn_pairs_come_first_and_blanks_wait_after_the_same_survey():
    found = turns([lots(1, [ONE], [TWO])], newest=1, last_contact={})

    assert found == {ONE: Turn.DRAWN, TWO: Turn.WAITS}


def test_blanks_follow_after_the_next_survey_and_drawn_pairs_had_their_turn():
    found = turns([lots(1, [ONE], [TWO])], newest=2, last_contact={})

    assert found == {TWO: Turn.FOLLOWS}


def test_a_blank_follows_until_it_had_contact():
    drawn = [lots(1, [ONE], [TWO, THREE])]
    last = {TWO: DAY + timedelta(days=1), THREE: DAY - timedelta(days=1)}

    assert turns(drawn, newest=3, last_contact=last) == {THREE: Turn.FOLLOWS}


def test_the_last_draw_of_a_pair_decides():
    drawn = [lots(1, [ONE], [TWO]), lots(2, [TWO], [ONE], weeks=12)]

    assert turns(drawn, newest=2, last_contact={}) == {TWO: Turn.DRAWN, ONE: Turn.WAITS}
    assert turns(drawn, newest=3, last_contact={}) == {ONE: Turn.FOLLOWS}
