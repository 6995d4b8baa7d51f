"""Weak results: told only where the figure is clear, once per pair, and only until answered."""

import pytest

from app.domain.weak import Weak, Why, weak_results

FELL = {"alert": True, "direction": "fell", "delta": -12.0, "lo": -18.0, "hi": -6.0}
FELL |= {"grid_before": 1, "composition_changed": False, "hidden_before": False}


def view(mean, band, **changes):
    """A published figure of twenty answers, shown exactly."""
    figures = {
        "display": [mean, mean - 4, mean + 4, 1],
        "band_only": False,
        "mean": float(mean),
        "band": band,
        "evidence": "A",
        "shown_n": "20+",
        "shown_response": 80,
        "n": 20,
        "dims": {"timeliness": mean + 3.0, "respect": mean - 3.0},
        "low_level": False,
    }
    return figures | changes


def body(pairs, changes=None):
    return {"pairs": pairs, "changes": changes or {}}


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (view(45, "strained"), Why.STRAINED),
        (view(49, "strained/fragile", low_level=True), Why.STRAINED),
        (view(52, "strained/fragile"), Why.FRAGILE),
        (view(55, "fragile"), Why.FRAGILE),
        (view(58, "fragile/workable"), None),
        (view(70, "workable"), None),
        (view(45, "strained", evidence="C"), None),
        (view(45, "strained", band_only=True, low_level=True), None),
    ],
)
def test_only_what_is_certain_is_weak(figures, why):
    found = weak_results(body({"1|2": figures}))

    assert [one.why for one in found] == ([why] if why else [])


def test_a_clear_fall_is_weak_however_high_the_figure_still_is():
    found = weak_results(body({"2|1": view(70, "workable")}, {"2|1": FELL}))

    assert found == [Weak((1, 2), 2, 1, Why.FELL, 70, "respect")]


def test_a_pair_is_listed_once_by_its_lower_view_and_the_lowest_come_first():
    found = weak_results(
        body(
            {
                "1|2": view(55, "fragile"),
                "2|1": view(42, "strained"),
                "3|1": view(40, "strained"),
                "1|3": view(80, "strong"),
            }
        )
    )

    assert [(one.pair, one.source, one.mean) for one in found] == [((1, 3), 3, 40), ((1, 2), 2, 42)]


def test_an_answered_pair_is_not_listed():
    pairs = {"1|2": view(42, "strained"), "3|1": view(40, "strained")}

    assert [one.pair for one in weak_results(body(pairs), answered={(1, 3)})] == [(1, 2)]


def test_below_ten_answers_no_dimension_is_named():
    found = weak_results(body({"1|2": view(40, "strained", n=8)}))

    assert found[0].dimension == ""
