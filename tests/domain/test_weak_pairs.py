"""Only well-founded published figures rank pairs, and no order tells more than the figures do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.disclosure import grid_of
from app.domain.weak import drifting, estimate, neediest, surely_low
from tests.domain.test_shown_figures import figures, wave


def pair(mean, n=12, *, evidence="B", score=None, **more):
    made = figures(mean, n, **more)
    return made | {"evidence": evidence, "score": mean if score is None else score}


def body(pairs, weights=None, watch=()):
    return wave(pairs) | {"weights": weights or {}, "watch": list(watch)}


def test_pairs_are_listed_by_the_weight_of_their_needier_direction():
    pairs = {"1|2": pair(50.0), "2|1": pair(40.0), "1|3": pair(60.0)}
    weights = {"1|2": 0.3, "2|1": 0.4, "1|3": 0.2}

    assert neediest(body(pairs, weights), at_most=5) == [((1, 2), 0.4), ((1, 3), 0.2)]


@pytest.mark.parametrize("evidence", ["A", "B", "C"])
def test_few_answers_give_no_rank(evidence):
    pairs = {"1|2": pair(40.0, evidence=evidence), "1|3": pair(60.0)}
    weights = {"1|2": 0.4, "1|3": 0.2}

    listed = dict(neediest(body(pairs, weights), at_most=5))

    assert ((1, 2) in listed, (1, 3) in listed) == (evidence != "C", True)


def test_what_is_not_published_has_no_rank_whatever_the_planner_works_with():
    weights = {"1|2": 0.1, "2|1": 0.2, "3|4": 0.2}

    assert neediest(body({"1|2": pair(60.0)}, weights), at_most=5) == [((1, 2), 0.1)]


def test_of_equal_weights_the_lower_estimate_is_first_and_not_the_lower_mean():
    pairs = {"1|2": pair(41.0, score=52.0), "1|3": pair(44.0, score=47.0)}
    weights = dict.fromkeys(pairs, 0.3)

    assert [found for found, _ in neediest(body(pairs, weights), at_most=5)] == [(1, 3), (1, 2)]


def test_those_surely_low_come_in_the_order_of_their_estimates():
    pairs = {
        "1|2": pair(41.0, score=47.0) | {"low_level": True},
        "1|3": pair(44.0, score=45.0) | {"low_level": True},
        "1|4": pair(30.0),
    }

    assert [(one.source, one.target) for one in surely_low(body(pairs))] == [(1, 3), (1, 2)]


def test_a_pair_shown_as_a_band_is_neither_low_nor_drifting():
    hidden = pair(41.0, band_only=True) | {"low_level": True}
    seen = pair(41.0) | {"low_level": True}

    told = body({"1|2": hidden, "1|3": seen}, watch=("1|2", "1|3"))

    assert [one.target for one in surely_low(told)] == [3]
    assert [one.target for one in drifting(told)] == [3]


@given(st.floats(0, 100), st.integers(5, 40))
def test_lists_are_ordered_by_estimates_on_the_grid_of_the_figure(score, n):
    grid = grid_of(n)
    edge = 10 if grid == 5 else 5

    found = estimate(pair(50.0, n, score=score))

    assert found % grid == 0 or found in {edge, 100 - edge}
    assert abs(found - min(max(score, edge), 100 - edge)) <= grid


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_the_order_of_pairs_shown_as_bands_follows_their_bands(mean, score, other):
    one = pair(mean, band_only=True, score=score)
    same = pair(mean, band_only=True, score=other)

    assert estimate(one) == estimate(same)
