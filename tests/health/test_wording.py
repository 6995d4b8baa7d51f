"""Published figures in words: what may mislead is said with them."""

import re
from datetime import UTC, datetime

import pytest

from app.domain import collaboration
from app.domain.both_views import Both
from app.domain.collaboration import Change, Direction, Total
from app.domain.starts import Stage, Started
from app.health import wording
from tests.domain.test_shown_figures import changed, figures, wave

NAMES = {1: "Rhine", 2: "Elbe"}
CAUTION = " Far more or fewer people answered than before, so compare with care."


@pytest.fixture(autouse=True)
def words(app_without_database):
    with app_without_database.test_request_context():
        yield


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        (Direction.FELL, "Clearly lower than before: about 12 points."),
        (Direction.ROSE, "Clearly higher than before: about 12 points."),
        (Direction.NO_CLEAR_CHANGE, "No clear change."),
    ],
)
@pytest.mark.parametrize("moved", [True, False])
def test_every_change_says_that_the_composition_changed(direction, words, moved):
    told = wording.change_words(Change(direction, 12, 5, 20, moved))

    assert told == words + (CAUTION if moved else "")


@pytest.mark.parametrize("direction", ["fell", "rose"])
@pytest.mark.parametrize("moved", [True, False])
def test_a_headline_says_that_the_composition_changed(direction, moved):
    change = changed(12.0, direction=direction, composition_changed=moved)
    body = wave({"1|2": figures(60.0, 12)}, changes={"1|2": change})

    (found,) = collaboration.stands_out(body)

    assert wording.headline(found, NAMES).endswith(CAUTION) is moved


def test_a_low_pair_is_told_with_its_reasons():
    body = wave({"1|2": figures(40.0, 12, dims={"respect": 50.0, "timeliness": 20.0})})
    found = collaboration.readings(body)[1, 2]

    assert wording.low_words(found, NAMES) == (
        "Rhine about Elbe is very likely below 50: 40 (32 to 48), from 5–9 answers."
    )
    assert wording.lowest_words(found) == "Lowest: Timeliness 20, Respect 50."


def test_both_views_in_one_are_told_with_the_weaker_one():
    weaker = wording.both_words(Both(66, 60, 72, (2, 1), 60), NAMES)
    alike = wording.both_words(Both(66, 60, 72, None, 66), NAMES)

    assert weaker == "(60 to 72); the weaker view is Elbe about Rhine: 60."
    assert alike == "(60 to 72); both views alike."


def test_how_strict_a_team_is_with_everybody_is_told_in_numbers():
    assert wording.yardstick_words([(1, Total(65, 60, 70, 3))], NAMES) == (
        "Part of a gap is how strict a team is with everybody."
        " Rhine gives all teams it rates 65 on average."
    )


def test_the_fewer_answers_a_figure_may_rest_on_the_larger_a_change_has_to_be():
    found = [
        wording.noticeable_words(
            collaboration.readings(wave({"1|2": figures(60.0, 12) | {"shown_n": shown}}))[1, 2]
        )
        for shown in ("5–9", "7–9", "10–19", "20+")
    ]

    assert [re.search(r"about \d+ points", words)[0] for words in found] == [
        "about 29 points",
        "about 25 points",
        "about 21 points",
        "about 15 points",
    ]


def test_what_was_started_several_times_is_told_once_with_how_often():
    def began(key, stage):
        return Started(key, "trip", "A day", stage, None, "", datetime(2026, 11, 2, tzinfo=UTC))

    started = [
        began("gathering:1", Stage.TOOK_PLACE),
        began("gathering:2", Stage.TOOK_PLACE),
        began("gathering:3", Stage.ANNOUNCED),
    ]

    assert wording.begun_words(started) == [
        ("2 × Field trip: took place", "good"),
        ("Field trip: announced", "lake"),
    ]
