"""Every reason becomes a sentence, whatever is known about it."""

from datetime import date
from string import Formatter

import pytest

from app.domain.reasons import SENTENCES, UNKNOWN, Names, parsed, sentence, worded

NAMES = Names(
    placements={5: "Campaign desk"},
    teams={2: "Elbe"},
    skills={7: "Storytelling"},
    block_starts_on=lambda block: date(2027, 3, 1 + block),
)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("own_team", {"code": "own_team"}),
        ("skill:7", {"code": "skill", "skill": 7}),
        ("skill:Excel", {"code": "skill", "skill": "Excel"}),
        ("unavailable:3", {"code": "unavailable", "block": 3}),
        ({"code": "capacity", "block": 1}, {"code": "capacity", "block": 1}),
    ],
)
def test_reasons_of_the_planner_are_read(reason, expected):
    assert parsed(reason) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            {"code": "capacity", "placement": 5, "block": 2},
            (
                "All seats of “%(placement)s” are taken in the block from %(day)s on.",
                {"placement": "Campaign desk", "day": date(2027, 3, 3)},
            ),
        ),
        (
            {"code": "max_guests", "team": 2, "block": 0},
            (
                "%(team)s has no buddy free in the block from %(day)s on.",
                {"team": "Elbe", "day": date(2027, 3, 1)},
            ),
        ),
        (
            "skill:7",
            ("The placement asks for the skill “%(skill)s”.", {"skill": "Storytelling"}),
        ),
        ({"code": "placed", "rank": 2}, ("This was choice %(rank)d.", {"rank": 2})),
        ({"code": "overlap"}, ("It overlaps with another stay of the person.", {})),
    ],
)
def test_a_reason_says_all_that_is_known(reason, expected):
    assert sentence(worded(reason, NAMES)) == expected


def test_keys_nobody_can_name_are_left_unsaid():
    told = worded({"code": "capacity", "placement": 99}, NAMES)

    assert sentence(told) == ("All seats are taken.", {})


def test_a_code_of_another_day_still_gets_a_sentence():
    assert sentence({"code": "moon_phase"}) == (UNKNOWN, {"code": "moon_phase"})


def test_no_sentence_asks_for_more_than_it_is_given():
    for variants in SENTENCES.values():
        for needed, msgid in variants:
            named = {part.split(")")[0] for part in msgid.split("%(")[1:]}
            assert named == set(needed)
        assert variants[-1][0] == ()
    assert list(Formatter().parse(UNKNOWN))
