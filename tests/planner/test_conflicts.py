"""Conflicts: a minimal set of named facts; removing any one of them makes a plan possible."""

import copy

from hypothesis import HealthCheck, assume, given, settings

from app import planner
from app.planner.conflict import Question
from tests.planner.makers import make_instance, make_person, make_placement, make_team, read, solved
from tests.planner.questions import questions


def facts_of(document):
    return [
        {key: value for key, value in fact.items() if key != "words"}
        for fact in planner.conflict(read(document))["facts"]
    ]


def test_two_pins_on_one_seat_are_named_with_the_seat():
    document = make_instance(
        pins=[
            {"employee": "Ada", "placement": "desk", "start": 1},
            {"employee": "Bo", "placement": "desk", "start": None},
        ]
    )

    assert facts_of(document) == [
        {"kind": "pin", "index": 0, "employee": "Ada", "placement": "desk", "start": 1},
        {"kind": "pin", "index": 1, "employee": "Bo", "placement": "desk", "start": None},
        {"kind": "capacity", "placement": "desk", "block": 1, "limit": 1},
    ]


def test_pin_against_an_absence_is_named_in_words():
    document = make_instance(
        employees=[make_person("Ada", "Rhine", ["desk"], unavailable=[1])],
        pins=[{"employee": "Ada", "placement": "desk", "start": 1}],
    )

    answer = planner.conflict(read(document))

    assert [fact["words"] for fact in answer["facts"]] == [
        "Ada is pinned to desk (start 1)",
        "Ada is unavailable in block 1",
    ]


def test_hard_minimum_without_enough_seats_is_named_with_the_seats():
    document = make_instance(
        pairs=[{"home": "Rhine", "host": "Elbe", "hard_min": 2}],
    )

    assert [fact["kind"] for fact in facts_of(document)] == ["pair_min", "capacity"]


def test_started_stay_that_fills_the_buddy_limit_is_part_of_the_conflict():
    document = make_instance(
        now=1,
        teams=[make_team("Rhine"), make_team("Elbe", guests=1)],
        placements=[make_placement("desk", "Elbe", seats=3, starts=(0, 1), duration=2)],
        published=[{"employee": "gone", "placement": "desk", "start": 0}],
        pins=[{"employee": "Ada", "placement": "desk", "start": 1}],
    )

    assert facts_of(document) == [
        {"kind": "pin", "index": 0, "employee": "Ada", "placement": "desk", "start": 1},
        {"kind": "started", "employee": "gone", "placement": "desk", "start": 0},
        {"kind": "max_guests", "team": "Elbe", "block": 1, "limit": 1},
    ]


def test_independent_conflicts_are_all_named():
    document = make_instance(
        employees=[
            make_person("Ada", "Rhine", unavailable=[1]),
            make_person("Bo", "Elbe", ["desk"]),
        ],
        pins=[
            {"employee": "Ada", "placement": "desk", "start": 1},
            {"employee": "Bo", "placement": "desk", "start": None},
        ],
    )

    answer = planner.conflict(read(document))

    kinds = [[fact["kind"] for fact in facts] for facts in (answer["facts"], *answer["further"])]
    assert sorted(kinds) == [["pin", "own_team"], ["pin", "unavailable"]]


def test_feasible_instance_has_no_conflict():
    assert planner.conflict(read(make_instance())) == {
        "format": "rotation-conflict/1",
        "feasible": True,
        "facts": [],
        "further": [],
    }


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(questions())
def test_no_fact_of_a_conflict_can_be_left_out(document):
    question = Question(read(document))
    demands = question.demands()
    assume(not question.can_hold(demands | question.limits))

    found = question.minimal(demands)

    assert not question.can_hold(found)
    assert [fact for fact in found if not question.can_hold(found - {fact})] == []


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(questions())
def test_giving_up_a_pin_or_minimum_of_the_only_conflict_makes_a_plan_possible(document):
    answer = planner.conflict(read(document))
    assume(not answer["feasible"] and not answer["further"])

    for fact in answer["facts"]:
        without = copy.deepcopy(document)
        if fact["kind"] == "pin":
            without["pins"].pop(fact["index"])
        elif fact["kind"] == "pair_min":
            _pair(without, fact)["hard_min"] = None
        else:
            continue
        assert solved(without).status == "OPTIMAL"


def _pair(document, fact):
    key = fact["home"], fact["host"]
    return next(pair for pair in document["pairs"] if (pair["home"], pair["host"]) == key)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(questions())
def test_conflict_is_named_exactly_where_there_is_no_plan(document):
    assert planner.conflict(read(document))["feasible"] == (solved(document).status != "INFEASIBLE")
