"""Explanations: exact blocking cells, static reasons, verified ways out, fairness."""

import json

from hypothesis import HealthCheck, assume, given, settings

from app import planner
from app.planner.relaxation import relaxed
from app.planner.writing import document_of
from tests.planner.makers import (
    make_instance,
    make_person,
    make_placement,
    make_team,
    plan_of,
    read,
    solved,
)
from tests.planner.questions import questions

few = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def explained(document, *stays):
    return planner.explain(read(document), planner.read_plan(plan_of(*stays)))


def test_person_without_a_place_sees_the_exact_cells_and_the_cheapest_way_out():
    document = make_instance(teams=[make_team("Rhine", out=1), make_team("Elbe", guests=2)])

    bo = explained(document, ("Ada", "desk", 1))["unplaced"][0]

    assert bo == {
        "employee": "Bo",
        "options": [
            {
                "placement": "desk",
                "position": 0,
                "static": [],
                "starts": [
                    {
                        "start": 1,
                        "static": [],
                        "blocked_by": [
                            {"code": "capacity", "placement": "desk", "block": 1},
                            {"code": "max_out", "team": "Rhine", "block": 1},
                        ],
                    }
                ],
            }
        ],
        "relaxation": {
            "placement": "desk",
            "start": 1,
            "changes": [
                {"code": "capacity", "placement": "desk", "blocks": [1], "by": 1},
                {"code": "max_out", "team": "Rhine", "blocks": [1], "by": 1},
            ],
            "verified": True,
        },
    }


def test_static_reasons_are_named():
    document = make_instance(
        now=1,
        placements=[
            make_placement("desk", "Elbe", starts=(0, 1, 3), duration=2, required_skills=["law"]),
            make_placement("home", "Rhine", site="Wien"),
        ],
        employees=[
            make_person("Ada", "Rhine", ["desk", "home"], unavailable=[2], earliest_start=2)
        ],
        forbids=[{"employee": "Ada", "placement": "home", "host": None}],
    )

    desk, home = explained(document)["unplaced"][0]["options"]

    assert (desk["static"], home["static"]) == (["skill:law"], ["own_team", "site", "forbid"])
    assert [(start["start"], start["static"]) for start in desk["starts"]] == [
        (0, ["start", "notice"]),
        (1, ["notice", "unavailable:2"]),
        (3, ["start"]),
    ]


def test_placed_person_sees_why_the_better_wish_failed():
    document = make_instance(
        placements=[
            make_placement("desk", "Elbe", starts=(1,)),
            make_placement("lab", "Elbe", starts=(2,)),
        ],
        employees=[
            make_person("Ada", "Rhine", ["desk"]),
            make_person("Bo", "Rhine", ["desk", "lab"]),
        ],
    )

    bo = explained(document, ("Ada", "desk", 1), ("Bo", "lab", 2))["placed"][1]

    (stay,) = bo["stays"]
    assert (stay["placement"], stay["position"], stay["points"]) == ("lab", 1, 1000 - 20 - 4)
    assert stay["better"][0]["starts"] == [
        {
            "start": 1,
            "static": [],
            "blocked_by": [{"code": "capacity", "placement": "desk", "block": 1}],
        }
    ]


def test_second_stay_and_full_pair_are_named():
    document = make_instance(
        placements=[
            make_placement("desk", "Elbe", starts=(1,), seats=2),
            make_placement("lab", "Elbe", starts=(1,)),
        ],
        employees=[
            make_person("Ada", "Rhine", ["lab", "desk"]),
            make_person("Bo", "Rhine", ["desk"]),
        ],
        pairs=[{"home": "Rhine", "host": "Elbe", "hard_max": 1}],
    )

    answer = explained(document, ("Ada", "desk", 1))

    assert answer["unplaced"][0]["options"][0]["starts"][0]["blocked_by"] == [
        {"code": "pair_max", "home": "Rhine", "host": "Elbe", "limit": 1}
    ]
    assert answer["unplaced"][0]["relaxation"]["changes"] == [
        {"code": "pair_max", "home": "Rhine", "host": "Elbe", "by": 1}
    ]
    assert answer["placed"][0]["stays"][0]["better"][0]["starts"][0]["because"] == "improvable"


def test_one_person_can_be_explained_alone():
    document = make_instance()
    plan = planner.read_plan(plan_of(("Ada", "desk", 1)))

    answer = planner.explain(read(document), plan, employee="Bo")

    assert [person["employee"] for person in answer["unplaced"]] == ["Bo"]
    assert answer["placed"] == []


def test_fairness_counts_who_applied_waited_and_got_a_place():
    document = make_instance(
        employees=[
            make_person("Ada", "Rhine", ["desk"], waiting=2),
            make_person("Bo", "Rhine", ["desk"]),
            make_person("Cy", "Elbe"),
        ]
    )

    figures = explained(document, ("Ada", "desk", 1))["fairness"]

    assert figures == {
        "applied": 2,
        "placed": 1,
        "by_waiting": [
            {"waited": 0, "applied": 1, "placed": 0, "share": 0.0},
            {"waited": 2, "applied": 1, "placed": 1, "share": 1.0},
        ],
        "mean_rank": 1.0,
        "worst_rank": 1,
        "by_rank": [{"rank": 1, "stays": 1}],
        "by_team": [{"team": "Rhine", "applied": 2, "placed": 1, "share": 0.5}],
    }


@few
@given(questions())
def test_nobody_is_left_out_while_something_free_would_pay(document):
    plan = solved(document)
    assume(plan.status == "OPTIMAL")

    answer = planner.explain(read(document), plan)

    free = [
        start
        for person in [*answer["unplaced"], *every_stay(answer)]
        for option in person.get("options", person.get("better", ()))
        for start in option["starts"]
        if not option["static"] and not start["static"] and not start["blocked_by"]
    ]
    assert {start["because"] for start in free} <= {"no_gain"}


def every_stay(answer):
    return [stay for person in answer["placed"] for stay in person["stays"]]


@few
@given(questions())
def test_every_way_out_places_the_person_in_a_plan_that_is_no_worse(document):
    plan = solved(document)
    assume(plan.status == "OPTIMAL")
    instance = read(document)
    answer = planner.explain(instance, plan)
    ways = [person["relaxation"] for person in answer["unplaced"] if person["relaxation"]]
    assume(ways)

    wider = document_of(relaxed(instance, ways[0]["changes"]))

    assert solved(json.loads(json.dumps(wider))).score >= plan.score
