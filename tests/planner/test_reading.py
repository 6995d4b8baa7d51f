"""Hostile and broken files get an error that names the place."""

import copy
import json

import pytest

from app import planner
from app.planner.writing import document_of
from tests.planner.makers import make_instance, make_person, make_placement, make_team, read

GONE = object()


def changed(path, value):
    document = copy.deepcopy(make_instance())
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return document


BROKEN = [
    (("format",), "rotation-instance/2", "format: must be rotation-instance/1"),
    (("blocks",), GONE, "blocks: is missing"),
    (("blocks",), 0, "blocks: 0 is below 1"),
    (("blocks",), 10**12, "blocks: 1000000000000 is above"),
    (("blocks",), 4.0, "blocks: must be a whole number, not 4.0"),
    (("blocks",), True, "blocks: must be a whole number, not true"),
    (("now",), 5, "now: 5 is above 4"),
    (("min_gap",), -1, "min_gap: -1 is below 0"),
    (("teams",), {}, "teams: must be a list, not an object"),
    (("teams", 0), 7, "teams[0]: must be an object, not 7"),
    (("teams", 1, "id"), "Rhine", 'teams[1].id: "Rhine" stands already at teams[0].id'),
    (("teams", 0, "max_out"), [1, 1], "teams[0].max_out: 2 values for 4 blocks"),
    (("teams", 0, "max_guests", 2), -1, "teams[0].max_guests[2]: -1 is below 0"),
    (("placements", 0, "host"), "Nile", 'placements[0].host: no team is called "Nile"'),
    (("placements", 0, "capacity", 1), "1", "placements[0].capacity[1]: must be a whole number"),
    (("placements", 0, "duration"), 0, "placements[0].duration: 0 is below 1"),
    (
        ("placements", 0, "starts", 0),
        14,
        "placements[0].starts[0]: 14 is beyond the horizon of 4 blocks",
    ),
    (("employees",), [], "employees: names nobody to plan for"),
    (("employees",), None, "employees: is missing"),
    (("employees", 1, "id"), "Ada", 'employees[1].id: "Ada" stands already at employees[0].id'),
    (("employees", 0, "id"), "", "employees[0].id: an id has 1 to 500 characters"),
    (("employees", 0, "team"), ["Rhine"], "employees[0].team: must be an id"),
    (("employees", 0, "preferences"), ["x"], "employees[0].preferences[0]: no placement is called"),
    (("employees", 0, "preferences"), ["desk"] * 2, "employees[0].preferences[1]: "),
    (("employees", 0, "unavailable"), [4], "employees[0].unavailable[0]: 4 is beyond the horizon"),
    (("employees", 0, "mobile"), "yes", 'employees[0].mobile: must be true or false, not "yes"'),
    (("employees", 0, "waiting"), -3, "employees[0].waiting: -3 is below 0"),
    (("objective",), {"place": 10**30}, "objective.place: 100000000000000000000000000000"),
    (("objective",), {"rank_cost": []}, "objective.rank_cost: names no cost"),
    (("pins",), [{"employee": "Cy", "placement": "desk"}], "pins[0].employee: no employee is"),
    (("pins",), [{"employee": "Ada", "placement": "desk", "start": 9}], "pins[0].start: 9 is bey"),
    (("forbids",), [{"host": "Nile"}], "forbids[0].host: no team is called"),
    (("pairs",), [{"home": "Rhine", "host": "Elbe", "need": -1}], "pairs[0].need: -1 is below 0"),
    (
        ("pairs",),
        [{"home": "Rhine", "host": "Elbe", "hard_min": 2, "hard_max": 1}],
        "pairs[0].hard_min: 2 is above hard_max 1",
    ),
    (("published",), [{"employee": "Ada", "placement": "desk"}], "published[0].start: is missing"),
]


@pytest.mark.parametrize(("path", "value", "words"), BROKEN)
def test_broken_file_is_refused_with_the_place(path, value, words):
    with pytest.raises(planner.UnreadableError) as refusal:
        read(changed(path, value))

    assert str(refusal.value).startswith(words)


def test_pin_and_ban_on_the_same_pair_are_refused():
    pair = {"employee": "Ada", "placement": "desk"}
    document = make_instance(pins=[pair], forbids=[pair])

    with pytest.raises(planner.UnreadableError) as refusal:
        read(document)

    assert (refusal.value.place, refusal.value.reason) == (
        "pins[0]",
        "pinned and forbidden at once (see forbids[0])",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1 column 1"),
        ("{", "line 1 column 2"),
        ("[]", "must be an object, not a list"),
        ('{"blocks": NaN}', "NaN is not a number that JSON knows"),
        ('{"blocks": -Infinity}', "-Infinity is not a number that JSON knows"),
        ('{"blocks": 1, "blocks": 2}', "blocks: the key stands twice in one object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"blocks": ' + "9" * 5000 + "}", "Exceeds the limit"),
        (b"\xff\xfe", "not UTF-8 text (byte 0)"),
    ],
)
def test_text_that_is_no_json_is_refused_in_words(text, words):
    with pytest.raises(planner.UnreadableError) as refusal:
        planner.load_instance(text)

    assert str(refusal.value).startswith(words)


def test_absent_and_null_keys_get_their_defaults():
    bare = make_instance(employees=[{"id": "Ada", "team": "Rhine"}])
    nulls = make_instance(
        employees=[
            {
                **dict.fromkeys(("site", "remote_ok", "mobile", "skills", "unavailable")),
                **dict.fromkeys(("earliest_start", "max_rotations", "waiting")),
                **dict.fromkeys(("never_rotated", "rank_debt", "preferences")),
                "id": "Ada",
                "team": "Rhine",
            }
        ]
    )
    ada = read(bare).employees[0]

    assert (ada, ada.max_rotations, ada.waiting) == (read(nulls).employees[0], 1, 0)


def test_whole_file_survives_reading_and_writing():
    document = make_instance(
        name="Autumn",
        min_gap=1,
        teams=[make_team("Rhine"), make_team("Elbe")],
        placements=[make_placement("desk", "Elbe", required_skills=["law"])],
        employees=[make_person("Ada", "Rhine", ["desk"], unavailable=[3], skills=["law"])],
        pairs=[{"home": "Rhine", "host": "Elbe", "need": 2, "target": 1}],
        pins=[{"employee": "Ada", "placement": "desk", "start": 1}],
        forbids=[{"employee": "Ada", "host": "Rhine"}],
        published=[{"employee": "gone", "placement": "desk", "start": 2}],
    )
    instance = read(document)

    assert read(json.loads(json.dumps(document_of(instance)))) == instance


def test_broken_plan_is_refused_with_the_place():
    plan = {"format": "rotation-plan/1", "assignments": [{"employee": "Ada"}], "status": "OPTIMAL"}

    with pytest.raises(planner.UnreadableError) as refusal:
        planner.read_plan(plan)

    assert refusal.value.place == "assignments[0].placement"
