"""Figures made of both views tell no more than the two views beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.both_views import Both, both_views, noticeable_change, yardsticks
from app.domain.collaboration import (
    OTHERS_DIFFER,
    DepartmentTotals,
    Total,
    departments,
    readings,
)
from app.domain.disclosure import response_step
from app.scoring import Settings
from tests.domain.test_shown_figures import figures, group, wave

means = st.floats(0, 100)
sizes = st.integers(5, 40)


def both(one, other, sizes=(12, 12), *, hidden=False):
    pairs = {
        "1|2": figures(one, sizes[0], band_only=hidden),
        "2|1": figures(other, sizes[1]),
    }
    middle = (one + other) / 2
    undirected = {"1|2": {"mean": middle, "lo": middle - 5, "hi": middle + 5}}
    return both_views(wave(pairs) | {"undirected": undirected}, 2, 1)


def test_both_views_in_one_name_the_weaker_direction():
    assert both(71.0, 60.0) == Both(66, 60, 72, (2, 1), 60)


def test_views_that_are_shown_alike_have_no_weaker_one():
    assert both(70.2, 69.9) == Both(70, 64, 76, None, 70)


def test_where_a_view_is_shown_as_a_band_nothing_is_told_of_both():
    assert both(71.0, 60.0, hidden=True) is None


def test_where_a_view_is_missing_nothing_is_told_of_both():
    assert both_views(wave({"1|2": figures(70.0, 12)}) | {"undirected": {}}, 1, 2) is None


@given(means, means, sizes, sizes)
def test_the_figure_of_both_is_a_function_of_the_two_shown(one, other, n, m):
    shown = figures(one, n)["display"][0], figures(other, m)["display"][0]

    found = both(one, other, (n, m))
    again = both(float(shown[0]), float(shown[1]), (n, m))

    assert (found.mean, found.weaker, found.weaker_mean) == (
        again.mean,
        again.weaker,
        again.weaker_mean,
    )


def test_yardsticks_are_told_of_teams_that_rate_several():
    pairs = {"1|2": figures(60.0, 12), "1|3": figures(70.0, 12), "2|1": figures(50.0, 12)}
    totals = {"out|1": group(65.0, 2), "out|2": group(50.0, 1)}

    assert yardsticks(wave(pairs, totals=totals), 1, 2) == [(1, Total(65, 57, 73, 2))]


def test_a_change_to_be_noticed_follows_the_rule_of_thumb():
    assert [noticeable_change(n) for n in (5, 10, 16, 20, 25)] == [29, 21, 16, 15, 13]


def test_departments_are_told_where_their_totals_are_published():
    pairs = {"1|2": figures(60.0, 12), "2|1": figures(70.0, 12), "3|1": figures(80.0, 12)}
    totals = {"dept_out|7": group(60.0, 1), "dept_in|7": group(75.0, 2)}
    teams = {
        "1": {"department": "Marketing", "department_id": 7},
        "2": {"department": "Sales", "department_id": 8},
        "3": {"department": "Sales", "department_id": 8},
    }

    assert departments(wave(pairs, totals=totals) | {"teams": teams}) == [
        DepartmentTotals("Marketing", Total(60, 52, 68, 1), Total(75, 67, 83, 2))
    ]


def test_those_who_did_not_answer_differ_by_what_the_engine_takes():
    assert Settings().delta_nonresp == OTHERS_DIFFER


@pytest.mark.parametrize(
    ("n", "response", "outer"),
    [(6, None, (55, 85)), (12, 60, (60, 80)), (12, 100, (62, 78)), (30, 80, (61, 79))],
)
def test_the_outer_band_grows_with_those_who_did_not_answer(n, response, outer):
    body = wave({"1|2": figures(70.0, n) | {"shown_response": response}})

    assert readings(body)[1, 2].outer == outer


@given(means, sizes, st.integers(0, 30))
def test_the_outer_band_holds_the_exact_one(mean, n, silent):
    eligible = n + silent
    margin = OTHERS_DIFFER * (1 - n / eligible)
    body = wave({"1|2": figures(mean, n) | {"shown_response": response_step(n, eligible)}})

    found = readings(body)[1, 2]

    assert found.outer[0] <= max(0.0, mean - 8.0 - margin)
    assert found.outer[1] >= min(100.0, mean + 8.0 + margin)
    assert found.outer[0] <= found.low <= found.high <= found.outer[1]


def test_a_slow_drift_is_marked_unless_the_pair_is_shown_as_a_band():
    pairs = {"1|2": figures(60.0, 12), "1|3": figures(60.0, 12, band_only=True)}
    body = wave(pairs) | {"watch": ["1|2", "1|3"]}

    assert {pair: found.watched for pair, found in readings(body).items()} == {
        (1, 2): True,
        (1, 3): False,
    }
