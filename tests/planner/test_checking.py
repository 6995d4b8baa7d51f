"""The independent verifier: every rule has a plan that breaks it and nothing else."""

import pytest

from app import planner
from tests.planner.makers import (
    codes,
    make_instance,
    make_person,
    make_placement,
    make_team,
    plan_of,
)

ADA = ("Ada", "desk", 1)


def offered(**more):
    """One desk with two seats and a lab, both at Elbe; Ada and Bo of Rhine wish both."""
    wishes = ["desk", "lab"]
    base = {
        "placements": [
            make_placement("desk", "Elbe", seats=2, starts=(0, 1, 2)),
            make_placement("lab", "Elbe", seats=2, starts=(0, 1, 2, 3), duration=2),
        ],
        "employees": [make_person("Ada", "Rhine", wishes), make_person("Bo", "Rhine", wishes)],
    }
    return make_instance(**{**base, **more})


def with_ada(**more):
    people = [make_person("Ada", "Rhine", ["desk", "lab"], **more)]
    return offered(employees=[*people, make_person("Bo", "Rhine", ["desk"])])


def pair(**more):
    return [{"home": "Rhine", "host": "Elbe", "need": 1, "target": 0, **more}]


def published(*stays):
    return plan_of(*stays)["assignments"]


BREACHES = [
    ("H1", offered(), [ADA, ("Ada", "lab", 2)]),
    ("H1", with_ada(max_rotations=2), [("Ada", "lab", 0), ADA]),
    ("H1", {**with_ada(max_rotations=2), "min_gap": 1}, [("Ada", "desk", 0), ("Ada", "lab", 1)]),
    ("H1", with_ada(max_rotations=2), [("Ada", "desk", 0), ("Ada", "desk", 2)]),
    ("H2", offered(), [("Cy", "desk", 1)]),
    ("H2", offered(), [("Ada", "attic", 1)]),
    ("H2", offered(employees=[make_person("Ada", "Elbe", ["desk"])]), [ADA]),
    ("H2", offered(employees=[make_person("Ada", "Rhine")]), [ADA]),
    ("H2", with_ada(site="Wien"), [ADA]),
    ("H2", with_ada(site="Wien", remote_ok=True), [ADA]),
    (
        "H2",
        offered(placements=[make_placement("desk", "Elbe", required_skills=["law"])]),
        [ADA],
    ),
    ("H2", offered(forbids=[{"employee": "Ada", "placement": "desk", "host": None}]), [ADA]),
    ("H2", offered(forbids=[{"employee": "Ada", "placement": None, "host": "Elbe"}]), [ADA]),
    ("H2", offered(forbids=[{"employee": None, "placement": "desk", "host": None}]), [ADA]),
    ("H3", offered(), [("Ada", "desk", 3)]),
    ("H3", offered(), [("Ada", "lab", 3)]),
    ("H3", offered(now=2), [ADA]),
    ("H3", with_ada(earliest_start=2), [ADA]),
    ("H4", with_ada(unavailable=[1]), [ADA]),
    (
        "H5",
        offered(placements=[make_placement("desk", "Elbe", seats=1)]),
        [ADA, ("Bo", "desk", 1)],
    ),
    (
        "H6",
        offered(teams=[make_team("Rhine"), make_team("Elbe", guests=1)]),
        [ADA, ("Bo", "lab", 0)],
    ),
    (
        "H7",
        offered(teams=[make_team("Rhine", out=1), make_team("Elbe")]),
        [ADA, ("Bo", "lab", 0)],
    ),
    ("H8", offered(pins=[{"employee": "Ada", "placement": "desk", "start": None}]), []),
    ("H8", offered(pins=[{"employee": "Ada", "placement": "desk", "start": 2}]), [ADA]),
    ("H9", offered(pairs=pair(hard_min=1)), []),
    ("H9", offered(pairs=pair(hard_max=1)), [ADA, ("Bo", "desk", 1)]),
    ("H10", offered(now=2, published=published(ADA)), []),
    ("H10", offered(now=2, published=published(("gone", "desk", 1))), []),
]


@pytest.mark.parametrize(("code", "document", "stays"), BREACHES)
def test_breach_of_one_rule_is_named_and_nothing_else(code, document, stays):
    assert codes(document, plan_of(*stays)) == [code]


LAWFUL = [
    (offered(), []),
    (offered(), [ADA, ("Bo", "desk", 1)]),
    (with_ada(max_rotations=2), [("Ada", "desk", 0), ("Ada", "lab", 1)]),
    ({**with_ada(max_rotations=2), "min_gap": 1}, [("Ada", "desk", 0), ("Ada", "lab", 2)]),
    (with_ada(site="Wien", mobile=True), [ADA]),
    (
        offered(
            placements=[make_placement("desk", "Elbe", site="Wien", remote_ok=True)],
            employees=[make_person("Ada", "Rhine", ["desk"], remote_ok=True)],
        ),
        [ADA],
    ),
    # Pinned is as good as wished.
    (
        offered(
            employees=[make_person("Ada", "Rhine")],
            pins=[{"employee": "Ada", "placement": "desk", "start": None}],
        ),
        [ADA],
    ),
    # Notice does not bind the stay that was published before.
    ({**with_ada(earliest_start=3), "published": published(ADA)}, [ADA]),
    # What began is grandfathered: limits, skills, absence and notice may have changed since.
    (
        {
            **with_ada(max_rotations=0, unavailable=[1], earliest_start=3, skills=[]),
            "now": 2,
            "published": published(ADA),
            "placements": [
                make_placement("desk", "Elbe", seats=0, starts=(), required_skills=["law"])
            ],
        },
        [ADA],
    ),
    (offered(now=2, published=published(("gone", "desk", 1))), [("gone", "desk", 1)]),
]


@pytest.mark.parametrize(("document", "stays"), LAWFUL)
def test_lawful_plan_passes(document, stays):
    assert planner.check(document, plan_of(*stays)).violations == ()


def test_started_stay_of_one_who_left_still_takes_seat_and_buddy():
    document = offered(
        now=2,
        placements=[make_placement("desk", "Elbe", seats=1, starts=(1, 2), duration=2)],
        teams=[make_team("Rhine"), make_team("Elbe", guests=1)],
        published=published(("gone", "desk", 1)),
    )

    assert codes(document, plan_of(("gone", "desk", 1), ("Ada", "desk", 2))) == ["H5", "H6"]


def test_wrong_score_and_wrong_bound_are_named():
    plan = plan_of(ADA, score=7, bound=900)

    assert codes(offered(), plan) == ["SCORE", "BOUND"]


def test_plan_called_optimal_below_its_bound_is_named():
    plan = plan_of(ADA, score=998, bound=1000)

    assert codes(offered(), {**plan, "status": "OPTIMAL"}) == ["BOUND"]


SCORES = [
    (offered(), [], 0),
    (offered(), [ADA], 1000 - 2),
    (offered(), [("Ada", "lab", 0)], 1000 - 20),
    (with_ada(waiting=7, never_rotated=True), [("Ada", "desk", 0)], 1000 + 5 * 60 + 200),
    # One bad choice before: 20 * (100 + 50) // 100 = 30.
    ({**with_ada(rank_debt=1), "objective": {"debt_percent": 50}}, [("Ada", "lab", 0)], 970),
    # Without debt_percent in the file no debt counts.
    (with_ada(rank_debt=3), [("Ada", "lab", 0)], 980),
    # Debt never costs more than debt_cap.
    (
        {**with_ada(rank_debt=99), "objective": {"debt_percent": 50, "debt_cap": 100}},
        [("Ada", "lab", 0)],
        900,
    ),
    ({**with_ada(max_rotations=2)}, [("Ada", "desk", 0), ("Ada", "lab", 1)], 2000 - 22 - 800),
    (offered(pairs=pair(need=3, target=2)), [("Ada", "desk", 0)], 1000 - 150),
    (
        offered(
            employees=[make_person("Ada", "Rhine")],
            pins=[{"employee": "Ada", "placement": "desk", "start": None}],
        ),
        [("Ada", "desk", 0)],
        500,
    ),
    (
        {
            **with_ada(mobile=True, site="Wien", same_site_wish=True),
        },
        [("Ada", "desk", 0)],
        970,
    ),
    (offered(published=published(ADA)), [], -100_000),
    (offered(published=published(ADA)), [("Ada", "desk", 0)], 1000 - 20_000),
    (offered(published=published(ADA)), [("Ada", "lab", 0)], 980 - 40_000),
    (offered(published=published(("gone", "desk", 1))), [], -100_000),
    # What began is no part of the score but counts for its pair.
    (offered(now=2, published=published(ADA), pairs=pair(target=1, need=2)), [ADA], 0),
]


@pytest.mark.parametrize(("document", "stays", "points"), SCORES)
def test_score_follows_the_formula(document, stays, points):
    result = planner.check(document, plan_of(*stays))

    assert (result.score, result.violations) == (points, ())
