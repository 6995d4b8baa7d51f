"""Need weights and the lottery among equally needy pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring import Asked, PastWave, score_wave, snapshot
from app.scoring.lottery import Draw, Listed, draw, listed, most_places
from app.scoring.need import need, pair_weight, weight
from tests.scoring.makers import ballots_of, company, scored, sheet


@pytest.mark.parametrize(
    ("estimate", "sd", "expected"),
    [
        (35, 3, 0.50),
        (45, 4, 0.36),
        (55, 4, 0.21),
        (65, 5, 0.08),
        (75, 4, 0.00),
        (59, 10.6, 0.17),
        (70, 0, 0.0),
        (35, 0, 0.5),
        (80, 0, 0.0),
    ],
)
def test_needs_are_those_of_the_printed_examples(estimate, sd, expected):
    assert need(estimate, sd * sd, 1.0, 70.0) == pytest.approx(expected, abs=0.006)


def test_importance_scales_the_need():
    assert need(45, 16, 0.25, 70) == pytest.approx(need(45, 16, 1.0, 70) / 4)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, 0.0), (0.024, 0.0), (0.025, 0.05), (0.36, 0.35), (0.98, 1.0)]
)
def test_weights_come_in_steps_of_a_twentieth(value, expected):
    assert weight(value) == expected


def test_weight_of_two_teams_is_the_larger_direction():
    assert pair_weight(0.1, 0.35) == 0.35


def test_unpublished_pair_gets_the_weight_of_an_average_pair():
    found = scored(company(3))[0]
    mu, tau2 = found.pooled.mu, found.pooled.tau2
    asked = {one.pair: one for one in company(3).waves["1"][1]}
    hidden = asked.keys() - found.pairs.keys()

    assert hidden
    assert {pair: found.weights[pair] for pair in hidden} == {
        pair: weight(need(mu, tau2, asked[pair].importance, 70.0)) for pair in hidden
    }
    assert {found.weights[pair] for pair in found.pairs} == {
        weight(figures.need) for figures in found.pairs.values()
    }


def test_with_few_pairs_hidden_ones_get_the_usual_need():
    asked = [Asked("a", "b", 10, 0, 9), Asked("b", "a", 3, 0, 9)]
    ballots = ballots_of({("a", "b"): [sheet(2)] * 6, ("b", "a"): [sheet(1)] * 3})
    score = score_wave("1", ballots, asked, {"a": "", "b": ""})

    assert score.weights == {("a", "b"): 0.65, ("b", "a"): 0.15}
    assert PastWave.from_snapshot(snapshot(score)).pairs.keys() == {("a", "b")}


def weighed(*weights):
    return {(f"t{number}", "x"): weight for number, weight in enumerate(weights)}


def named(*numbers):
    return tuple((f"t{number}", "x") for number in numbers)


def test_lottery_lists_the_neediest_pairs_that_are_alike():
    weights = weighed(0.5, 0.45, 0.4, 0.4, 0.3)

    assert listed(weights, 1) == Listed((), named(0, 1))
    assert listed(weights, 2) == Listed((), named(0, 1, 2, 3))
    assert listed(weights, 3) is None


def test_a_pair_needier_than_the_others_goes_first_without_lots():
    assert listed(weighed(0.65, 0.3, 0.25, 0.2, 0.2), 2) == Listed(named(0), named(1, 2, 3, 4))


@pytest.mark.parametrize(
    ("weights", "most"),
    [
        ((), 0),
        ((0.5,), 0),
        ((0.5, 0.35), 0),
        ((0.5, 0.4), 1),  # 0.1 apart is alike, however floats write it
        ((0.3, 0.2), 1),
        ((0.65, 0.3, 0.25, 0.2, 0.2), 2),
        ((0.5, 0.45, 0.4, 0.35, 0.3), 1),
    ],
)
def test_it_is_known_for_how_many_lots_can_be_drawn(weights, most):
    assert most_places(weighed(*weights)) == most
    assert listed(weighed(*weights), most + 1) is None
    assert most == 0 or listed(weighed(*weights), most) is not None


@given(st.lists(st.integers(1, 20), max_size=14), st.integers(1, 7))
def test_listed_pairs_are_alike_and_nobody_needier_is_passed_over(steps, places):
    weights = weighed(*(step / 20 for step in steps))

    found = listed(weights, places)

    if found is None:
        assert places > most_places(weights)
        return
    assert len(found.pairs) == 2 * places
    needs = [weights[pair] for pair in found.pairs]
    assert max(needs) - min(needs) <= 0.1 + 1e-9
    assert all(weights[pair] >= max(needs) for pair in found.ahead)


def test_lottery_draws_the_same_again():
    pairs = named(4, 5, 6, 7, 8, 9)
    drawn = draw(pairs, 3, "a seed")

    assert (len(drawn.now), len(drawn.later)) == (3, 3)
    assert {*drawn.now, *drawn.later} == set(pairs)
    assert draw(pairs[::-1], 3, "a seed") == drawn
    assert draw([], 3, "") == Draw((), ())


def test_lottery_gives_everybody_the_same_chance():
    pairs = [(f"t{number}", "x") for number in range(6)]
    wins = dict.fromkeys(pairs, 0)
    for seed in range(600):
        for pair in draw(pairs, 3, str(seed)).now:
            wins[pair] += 1

    assert all(240 < won < 360 for won in wins.values())
