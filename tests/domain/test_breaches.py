"""The board's rules and the independent checker agree; what stands in the way is named."""

import random

import pytest

from app.domain.breaches import Breach, Crowd, Question, StayKey, breaches, in_the_way
from app.planner.check import check
from bench.planner.generate import instance as generated


def document(**changes):
    """One team of hosts, one at home; Ada and Bo wish for the one placement."""
    base = {
        "format": "rotation-instance/1", "blocks": 4, "now": 0, "min_gap": 0,
        "teams": [
            {"id": "home", "max_out": [1] * 4, "max_guests": [0] * 4},
            {"id": "host", "max_out": [0] * 4, "max_guests": [1] * 4},
        ],
        "employees": [
            {"id": who, "team": "home", "site": "s", "preferences": ["desk"], "max_rotations": 1}
            for who in ("ada", "bo")
        ],
        "placements": [
            {"id": "desk", "host": "host", "site": "s", "duration": 2, "starts": [0, 1, 2],
             "capacity": [1] * 4, "required_skills": []},
        ],
        "pairs": [], "pins": [], "forbids": [], "published": None,
    }  # fmt: skip
    return {**base, **changes}


def employee(**changes):
    base = {"id": "ada", "team": "home", "site": "s", "preferences": ["desk"]}
    return document(employees=[{**base, **changes}])


ADA = StayKey("ada", "desk", 0)
BO_MUST = {"employee": "bo", "placement": "desk", "start": None}
PAIR = {"home": "home", "host": "host"}


@pytest.mark.parametrize(
    ("asked", "stays", "expected"),
    [
        (document(), [ADA], []),
        (document(), [StayKey("cy", "desk", 0)], [("H2", "unknown_person")]),
        (document(), [StayKey("ada", "gone", 0)], [("H2", "unknown_placement")]),
        (document(), [StayKey("ada", "desk", 3)], [("H3", "horizon"), ("H3", "start")]),
        (document(now=1, published=[]), [ADA], [("H3", "past")]),
        (employee(team="host"), [ADA], [("H2", "own_team"), ("H7", "max_out")]),
        (employee(site="far"), [ADA], [("H2", "site")]),
        (employee(site="far", mobile=True), [ADA], []),
        (employee(preferences=[]), [ADA], [("H2", "not_wished")]),
        (employee(earliest_start=1), [ADA], [("H3", "notice")]),
        (employee(unavailable=[1]), [ADA], [("H4", "unavailable")]),
        (
            document(forbids=[{"employee": "ada", "placement": None, "host": "host"}]),
            [ADA],
            [("H2", "forbid")],
        ),
        (document(pins=[BO_MUST]), [ADA], [("H8", "pin")]),
        (document(pairs=[{**PAIR, "hard_min": 2}]), [ADA], [("H9", "pair_min")]),
        (document(pairs=[{**PAIR, "hard_max": 0}]), [ADA], [("H9", "pair_max")]),
        (
            document(now=1, published=[{"employee": "ada", "placement": "desk", "start": 0}]),
            [],
            [("H10", "started")],
        ),
        (document(), [ADA, StayKey("ada", "desk", 2)], [("H1", "max_rotations"), ("H1", "twice")]),
    ],
)  # fmt: skip
def test_every_rule_is_found_and_named(asked, stays, expected):
    found = breaches(Question(asked), stays)

    assert sorted({(breach.rule, breach.code) for breach in found}) == sorted(expected)
    assert check(asked, {"assignments": rows(stays)}).is_valid is (not expected)


def test_crowded_cells_are_named_block_by_block():
    found = breaches(Question(document()), [ADA, StayKey("bo", "desk", 1)])

    assert found == [
        Breach("H5", "capacity", placement="desk", block=1, limit=1, used=2),
        Breach("H6", "max_guests", team="host", block=1, limit=1, used=2),
        Breach("H7", "max_out", team="home", block=1, limit=1, used=2),
    ]


def test_what_stands_in_the_way_of_one_more_stay():
    question = Question(document())

    full = in_the_way(question, Crowd(question, [ADA]), StayKey("bo", "desk", 0))
    free = in_the_way(question, Crowd(question, [ADA]), StayKey("bo", "desk", 2))

    assert [breach.code for breach in full] == ["capacity"] * 2 + ["max_guests"] * 2 + [
        "max_out"
    ] * 2
    assert free == []


@pytest.mark.parametrize("seed", range(12))
def test_our_rules_and_the_checker_agree_on_random_plans(seed):
    asked = generated(30, 12, 12, seed=seed)
    chance = random.Random(seed)  # noqa: S311 - for a test
    people, places = asked["employees"], asked["placements"]
    stays = [
        StayKey(person["id"], chance.choice(person["preferences"] or [places[0]["id"]]),
                chance.randrange(12))
        for person in people if chance.random() < 0.5
    ]  # fmt: skip

    ours = {breach.rule for breach in breaches(Question(asked), stays)}
    theirs = {found.code for found in check(asked, {"assignments": rows(stays)}).violations}

    assert ours == theirs


@pytest.mark.parametrize("seed", range(6))
def test_a_stay_with_nothing_in_the_way_can_be_added(seed):
    asked = generated(30, 12, 12, seed=seed)
    question = Question(asked)
    stays: list[StayKey] = []
    for person in asked["employees"]:
        for place in person["preferences"]:
            wanted = StayKey(person["id"], place, question.placements[place]["starts"][0])
            if not in_the_way(question, Crowd(question, stays), wanted):
                stays.append(wanted)

    assert stays
    assert check(asked, {"assignments": rows(stays)}).is_valid


def rows(stays):
    return [
        {"employee": stay.person, "placement": stay.placement, "start": stay.start}
        for stay in stays
    ]
