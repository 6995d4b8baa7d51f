"""What holds for every wave: who cannot be told apart, what does not matter, what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.scoring import Asked, Ballots, PastWave, Settings, score_wave, snapshot, to_json
from app.scoring.records import read_records
from tests.scoring.makers import ballots_of, company, scored, sheet

RATED = Asked("a", "b", eligible=10, no_contact=0, tgt_members=9)
TEAMS = {"a": "", "b": ""}


def blocks_of(ballots: Ballots, score) -> list[np.ndarray]:
    """The rows of each block of the plan; unpublished rows outside of every block are left out."""
    counting = read_records(ballots, Settings()).counts
    return [
        np.flatnonzero(
            counting & np.isin(ballots.pair_of, [ballots.pairs.index(atom.pair) for atom in block])
        )
        for block in score.plan.blocks
    ]


def text_of(made, wave, ballots) -> str:
    asked = made.waves[wave][1]
    return to_json(score_wave(wave, ballots, asked, made.departments, history=past(made, wave)))


def past(made, wave) -> list[PastWave]:
    earlier = replace(made, waves={key: own for key, own in made.waves.items() if key < wave})
    return [PastWave.from_snapshot(json.loads(to_json(score))) for score in scored(earlier)]


@pytest.mark.parametrize("seed", range(12))
def test_permuting_records_inside_blocks_changes_nothing(seed):
    made = company(seed, waves=2)
    luck = np.random.default_rng(seed)
    score = scored(made)[1]
    ballots = made.waves["2"][0]
    answers = ballots.answers.copy()
    for rows in blocks_of(ballots, score):
        answers[rows] = answers[luck.permutation(rows)]

    assert not np.array_equal(answers, ballots.answers)
    assert text_of(made, "2", replace(ballots, answers=answers)) == to_json(score)


@pytest.mark.parametrize("seed", range(12))
def test_order_of_records_and_pairs_does_not_matter(seed):
    made = company(seed, gaps=0.3)
    luck = np.random.default_rng(seed)
    ballots, asked = made.waves["1"]
    rows, names = luck.permutation(len(ballots.answers)), luck.permutation(len(ballots.pairs))
    shuffled = Ballots(
        tuple(ballots.pairs[place] for place in names),
        np.argsort(names)[ballots.pair_of[rows]],
        ballots.answers[rows],
    )
    score = score_wave("1", shuffled, asked[::-1], dict(reversed(made.departments.items())))

    assert to_json(score) == to_json(scored(made)[0])


def test_changing_unpublished_answers_changes_nothing():
    changed = 0
    for seed in range(12):
        made = company(seed, waves=2)
        luck = np.random.default_rng(seed)
        score = scored(made)[1]
        ballots = made.waves["2"][0]
        published = [ballots.pairs.index(pair) for pair in score.plan.published]
        hidden = ~np.isin(ballots.pair_of, published) & read_records(ballots, Settings()).counts
        answers = ballots.answers.copy()
        answers[hidden] = luck.integers(1, 6, (int(hidden.sum()), 10))
        changed += int(hidden.sum())
        assert text_of(made, "2", replace(ballots, answers=answers)) == to_json(score)

    assert changed > 50


def test_changing_a_published_answer_changes_the_figures():
    made = company(1, waves=2)
    score = scored(made)[1]
    ballots = made.waves["2"][0]
    row = int(blocks_of(ballots, score)[0][0])
    answers = ballots.answers.copy()
    answers[row] = 6 - np.where(answers[row] == 0, 1, answers[row])

    assert text_of(made, "2", replace(ballots, answers=answers)) != to_json(score)


def test_swapping_records_between_published_pairs_changes_the_figures():
    made = company(1, waves=2)
    score = scored(made)[1]
    ballots = made.waves["2"][0]
    first, second = (rows[0] for rows in blocks_of(ballots, score)[:2])
    answers = ballots.answers.copy()
    answers[[first, second]] = answers[[second, first]]

    assert text_of(made, "2", replace(ballots, answers=answers)) != to_json(score)


def test_snapshot_keeps_dimensions_from_ten_records_on_and_no_small_counts():
    kept = set()
    for seed in range(6):
        stored = snapshot(scored(company(seed))[0])
        kept |= {(pair["n"] >= 10, bool(pair["dims"])) for pair in stored["pairs"].values()}
        assert "blocks" not in stored["plan"]
        assert all(total["persons"] >= 5 for total in stored["totals"].values())

    assert kept == {(True, True), (False, False)}


def test_record_counts_from_six_dimensions_on():
    whole, six, five = [3] * 10, [3, 3, 3, 3, 3, 3, 3, 0, 0, 0], [3, 3, 3, 3, 3, 3, 0, 0, 0, 0]
    with_six = ballots_of({("a", "b"): [whole, whole, whole, whole, six]})
    with_five = ballots_of({("a", "b"): [whole, whole, whole, whole, five]})

    assert [
        score_wave("1", ballots, [RATED], TEAMS).plan.published for ballots in (with_six, with_five)
    ] == [(("a", "b"),), ()]


def test_missing_dimension_is_filled_from_person_and_company():
    # The company sees timeliness at 25 and all else at 75, 68.75 on average. Who gives 50 for all
    # but timeliness is taken to see it 50 below: at 0, after 50 + 25 - 75.
    complete = (2, 4, 4, 4, 4, 4, 4, 4, 4, 2)
    gap = (0, 3, 3, 3, 3, 3, 3, 3, 3, 3)
    score = score_wave("1", ballots_of({("a", "b"): [complete] * 4 + [gap]}), [RATED], TEAMS)
    figures = score.pairs["a", "b"]

    assert score.pooled.dim_mean == [25.0, *[75.0] * 7]
    assert figures.dims["timeliness"] == (4 * 25.0 + 0.0) / 5
    assert figures.mean == pytest.approx((4 * 68.75 + 43.75) / 5)


def test_without_any_complete_record_the_company_is_those_who_answered():
    gap = (0, 3, 3, 3, 3, 3, 3, 3, 3, 3)
    score = score_wave("1", ballots_of({("a", "b"): [gap] * 5}), [RATED], TEAMS)

    assert score.pooled.dim_mean == [50.0] * 8
    assert score.pairs["a", "b"].mean == 50.0


def test_half_a_dimension_is_the_item_that_was_answered():
    halves = (3, 0, 5, 3, 3, 3, 3, 3, 0, 1)
    score = score_wave("1", ballots_of({("a", "b"): [halves] * 5}), [RATED], TEAMS)

    assert score.pairs["a", "b"].dims["reliability"] == 100.0
    assert score.pairs["a", "b"].dims["disagreement"] == 100.0


def test_alike_answers_have_an_interval_of_no_width_and_do_not_break_anything():
    ballots = ballots_of({("a", "b"): [sheet(4)] * 6, ("b", "a"): [sheet(2)] * 6})
    asked = [RATED, Asked("b", "a", 6, 0, 9)]
    first = score_wave("1", ballots, asked, TEAMS)
    second = score_wave(
        "2",
        ballots_of({("a", "b"): [sheet(3)] * 6, ("b", "a"): [sheet(2)] * 6}),
        asked,
        TEAMS,
        history=[PastWave.from_snapshot(snapshot(first))],
    )

    assert [(pair.lo, pair.mean, pair.hi) for pair in first.pairs.values()] == [
        (75.0, 75.0, 75.0),
        (25.0, 25.0, 25.0),
    ]
    assert first.undirected["a", "b"].asym_p == 0.0
    assert [change.alert for change in second.changes.values()] == [True, False]
    assert json.loads(to_json(second))["alerts"] == ["a|b"]


def test_more_answers_than_eligible_members_count_as_full_response():
    crowded = replace(RATED, eligible=3)
    figures = score_wave("1", ballots_of({("a", "b"): [sheet(3)] * 6}), [crowded], TEAMS).pairs
    nobody = replace(RATED, eligible=0)
    none = score_wave("1", ballots_of({("a", "b"): [sheet(3)] * 6}), [nobody], TEAMS).pairs

    mixed = ballots_of({("a", "b"): [sheet(2)] * 3 + [sheet(4)] * 3})
    beyond = score_wave("1", mixed, [crowded], TEAMS).pairs["a", "b"]

    assert (figures["a", "b"].N, figures["a", "b"].evidence) == (3.0, "B")
    assert beyond.s2mod / 6 * 0.2 == pytest.approx(beyond.V)
    assert (none["a", "b"].N, none["a", "b"].lo_nr) == (0.0, none["a", "b"].lo)


def test_score_on_seven_dimensions_leaves_the_eighth_out():
    kept = Settings(dimensions=Settings().dimensions[1:])
    mixed = (1, 5, 5, 5, 5, 5, 5, 5, 5, 1)
    score = score_wave("1", ballots_of({("a", "b"): [mixed] * 5}), [RATED], TEAMS, settings=kept)

    assert score.pairs["a", "b"].mean == 100.0
    assert "timeliness" not in score.pairs["a", "b"].dims


def test_wave_on_other_dimensions_is_no_reference():
    ballots = ballots_of({("a", "b"): [sheet(3)] * 5})
    kept = Settings(dimensions=Settings().dimensions[1:])
    old = PastWave.from_snapshot(snapshot(score_wave("1", ballots, [RATED], TEAMS)))

    assert score_wave("2", ballots, [RATED], TEAMS, history=[old]).changes.keys() == {("a", "b")}
    assert not score_wave("2", ballots, [RATED], TEAMS, history=[old], settings=kept).changes


@pytest.mark.parametrize("dimensions", [("timeliness",), Settings().dimensions[::-1]])
def test_dimensions_are_six_at_least_and_in_order(dimensions):
    with pytest.raises(ValueError, match="dimensions"):
        Settings(dimensions=dimensions)


ONE = ballots_of({("a", "b"): [sheet(3)] * 5})


@pytest.mark.parametrize(
    ("ballots", "asked", "reason"),
    [
        (ONE, [], "was not asked"),
        (ONE, [RATED, RATED], "asked twice"),
        (ONE, [RATED, Asked("c", "c", 5, 0, 5)], "rate itself"),
        (ONE, [replace(RATED, no_contact=-1)], "negative"),
        (replace(ONE, pairs=(("a", "b"), ("a", "b"))), [RATED], "stands twice"),
        (replace(ONE, answers=ONE.answers[:, :9]), [RATED], "ten items"),
        (replace(ONE, answers=ONE.answers + 3), [RATED], "0 to 5"),
        (replace(ONE, pair_of=ONE.pair_of + 1), [RATED], "no known pair"),
    ],
)
def test_impossible_input_is_refused(ballots, asked, reason):
    with pytest.raises(ValueError, match=reason):
        score_wave("1", ballots, asked, TEAMS)


def test_importing_the_engine_loads_no_numbers():
    import subprocess
    import sys

    code = "import sys, app.scoring; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
