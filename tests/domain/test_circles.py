"""Circles of prerequisites: the shortest way back is told."""

import pytest

from app.domain.circles import way_back

ASKS = {"b": ["c"], "c": ["d"], "d": [], "e": ["a"], "f": ["b", "e"]}


@pytest.mark.parametrize(
    ("start", "first", "expected"),
    [
        ("a", [], []),
        ("a", ["b"], []),
        ("a", ["a"], ["a"]),
        ("a", ["e"], ["e", "a"]),
        ("d", ["b"], ["b", "c", "d"]),
        ("a", ["b", "f"], ["f", "e", "a"]),
        ("z", ["unknown"], []),
    ],
)
def test_way_back_is_the_shortest_or_none(start, first, expected):
    assert way_back(ASKS, start, first) == expected


def test_what_the_start_asked_for_before_does_not_count():
    assert way_back({"a": ["b"], "b": ["c"]}, "a", ["c"]) == []


def test_a_circle_elsewhere_ends_the_search():
    assert way_back({"x": ["y"], "y": ["x"]}, "a", ["x"]) == []
