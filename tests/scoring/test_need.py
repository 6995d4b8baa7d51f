"""Need weights and the lottery among equally needy pairs."""

import pytest

from app.scoring import Asked, PastWave, score_wave, snapshot
from app.scoring.lottery import Draw, draw, listed
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


def test_lottery_lists_twice_the_places_and_draws_the_same_again():
    weights = {(f"t{number}", "x"): number / 20 for number in range(10)}
    pairs = listed(weights, 3)
    drawn = draw(pairs, 3, "the digest of a plan")

    assert pairs == tuple((f"t{number}", "x") for number in (9, 8, 7, 6, 5, 4))
    assert (len(drawn.now), len(drawn.later)) == (3, 3)
    assert {*drawn.now, *drawn.later} == set(pairs)
    assert draw(pairs[::-1], 3, "the digest of a plan") == drawn
    assert draw([], 3, "") == Draw((), ())


def test_lottery_gives_everybody_the_same_chance():
    pairs = [(f"t{number}", "x") for number in range(6)]
    wins = dict.fromkeys(pairs, 0)
    for seed in range(600):
        for pair in draw(pairs, 3, str(seed)).now:
            wins[pair] += 1

    assert all(240 < won < 360 for won in wins.values())
