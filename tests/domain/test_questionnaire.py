"""The questionnaire's rules: what belongs to it, and what a typo is."""

import pytest

from app.domain.questionnaire import (
    ITEMS,
    SCORED,
    Dimension,
    MoreThanATypo,
    NothingNew,
    TeamMissing,
    Wording,
    check_typo,
)

OLD = Wording(
    "{team} takes our contribution as seriously as its own.",
    "{team} nimmt unseren Beitrag so ernst wie den eigenen.",
)


def test_there_are_ten_scored_questions_in_eight_dimensions_each_naming_the_team_once():
    scored = [item for item in ITEMS if item.dimension]

    assert len(scored) == len(SCORED) == 10
    assert {item.dimension for item in scored} == set(Dimension)
    assert [item.key for item in scored if item.reversed] == ["q10"]
    assert all(Wording(item.english, item.german) for item in ITEMS)


@pytest.mark.parametrize(
    "english",
    [
        "{team} takes our contributions as seriously as its own.",
        "{team} takes our contribution as seriusly as its own.",
        "{team} takes our contribution, as seriously as its own.",
    ],
)
def test_a_few_letters_are_a_typo(english):
    check_typo(OLD, Wording(english, OLD.german))


@pytest.mark.parametrize(
    "english",
    [
        "{team} takes our work as seriously as its own.",
        "{team} never takes our contribution as seriously as its own.",
        "{team} takes our contribution as seriously as its own, mostly.",
        "Nobody in {team} cares about what we contribute at all, sadly.",
    ],
)
def test_other_words_are_more_than_a_typo(english):
    with pytest.raises(MoreThanATypo):
        check_typo(OLD, Wording(english, OLD.german))


def test_three_letters_that_turn_a_sentence_round_are_no_typo():
    old = Wording("We do not wait for {team} at any time of the whole year.", "{team}")
    new = Wording("We do now wait for {team} at any time of the whole year.", "{team}")

    with pytest.raises(MoreThanATypo):
        check_typo(old, new)


def test_equal_texts_are_nothing_new():
    with pytest.raises(NothingNew):
        check_typo(OLD, OLD)


@pytest.mark.parametrize("text", ["No team here.", "{team} and {team}.", ""])
def test_a_question_names_the_team_once(text):
    with pytest.raises(TeamMissing):
        Wording(text, OLD.german)
