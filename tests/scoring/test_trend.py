"""Changes, alerts, the grey mark and the figures beside them, case by case."""

import math

import pytest

from app.scoring import Asked, PastPair, PastWave, Settings
from app.scoring.cells import band, evidence, measure
from app.scoring.multiple import marked
from app.scoring.pairs import totals_of, undirected
from app.scoring.shrinkage import Common, common, shrink
from app.scoring.trend import company_change, jitter, reference_of, trend
from app.scoring.watch import Drift, drift, watched

RULES = Settings()


def cell(pair, mean, n=10, *, eligible=12, no_contact=0, variance=200.0):
    asked = Asked(*pair, eligible=eligible, no_contact=no_contact, tgt_members=9)
    return measure(asked, (n, mean, variance), 200.0, RULES)


def wave(means, *, z=(), n=10, response=0.8):
    pairs = {pair: PastPair(n, mean, 200.0, response) for pair, mean in means.items()}
    return PastWave("1", RULES.dimensions, pairs, tuple(z))


PAIRS = [(f"t{src}", f"t{tgt}") for src in range(5) for tgt in range(5) if src != tgt]
QUIET = tuple((-1.0) ** place * place / 20 for place in range(40))


def test_reference_is_the_last_three_waves_in_which_the_pair_was_published():
    pair = ("a", "b")
    history = [wave({pair: mean}, n=n) for mean, n in ((0, 9), (40, 5), (50, 10), (60, 5))]
    history.insert(2, wave({("a", "c"): 99}))
    reference = reference_of(pair, history, 3)

    assert reference.mean == (5 * 40 + 10 * 50 + 5 * 60) / 20
    assert reference.c == pytest.approx((0.25**2) / 5 + 0.5**2 / 10 + 0.25**2 / 5)
    assert [past.mean for past in reference.waves] == [40, 50, 60]
    assert reference_of(("x", "y"), history, 3) is None


def test_pair_that_appears_late_has_no_change_in_its_first_wave():
    found = trend({("a", "b"): cell(("a", "b"), 50), ("a", "c"): cell(("a", "c"), 50)},
                  [wave({("a", "b"): 60})], RULES)  # fmt: skip

    assert list(found.changes) == [("a", "b")]


def test_fall_of_one_pair_among_quiet_ones_is_an_alert_and_has_its_direction():
    cells = {pair: cell(pair, 60.0 + place % 3) for place, pair in enumerate(PAIRS)}
    cells["t0", "t1"] = cell(("t0", "t1"), 30.0)
    found = trend(cells, [wave(dict.fromkeys(PAIRS, 60.0), z=QUIET)], RULES)
    fallen = {pair: change for pair, change in found.changes.items() if change.alert}

    assert [(pair, change.direction) for pair, change in fallen.items()] == [(("t0", "t1"), "fell")]
    assert fallen["t0", "t1"].hi < 0
    assert {change.direction for pair, change in found.changes.items() if pair not in fallen} == {
        "none"
    }


def test_fall_of_the_whole_company_is_nobodys_alert():
    cells = {pair: cell(pair, 40.0 + place % 3) for place, pair in enumerate(PAIRS)}
    found = trend(cells, [wave(dict.fromkeys(PAIRS, 60.0), z=QUIET)], RULES)

    assert found.median == pytest.approx(-19.0)
    assert not any(change.alert for change in found.changes.values())


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"eligible": 25}, {}),
        ({}, {"response": 0.49}),
        ({}, {"n": 4}),
    ],
)
def test_alert_needs_evidence_in_this_wave_and_in_all_it_is_compared_with(now, before):
    pair = ("a", "b")
    sure = trend({pair: cell(pair, 30)}, [wave({pair: 90}), wave({pair: 90})], RULES)
    unsure = trend({pair: cell(pair, 30, **now)}, [wave({pair: 90}, **before), wave({pair: 90})],
                   RULES)  # fmt: skip

    assert [found.changes[pair].alert for found in (sure, unsure)] == [True, False]


def test_change_below_five_points_is_no_alert_however_sure():
    pair = ("a", "b")
    past = PastWave("1", RULES.dimensions, {pair: PastPair(900, 60, 1.0, 1.0)}, ())
    small, large = (
        trend({pair: measure(Asked(*pair, 900, 0, 9), (900, mean, 1.0), 1.0, RULES)}, [past], RULES)
        for mean in (55.1, 54.9)
    )

    assert small.changes[pair].p < 1e-9
    assert [found.changes[pair].alert for found in (small, large)] == [False, True]


def test_response_that_moved_by_more_than_25_points_changes_the_composition():
    pair = ("a", "b")
    moved = [
        trend({pair: cell(pair, 60, eligible=eligible)}, [wave({pair: 60}, response=0.9)], RULES)
        .changes[pair].composition_changed
        for eligible in (10, 15, 16)
    ]  # fmt: skip

    assert moved == [False, False, True]


@pytest.mark.parametrize(
    ("zs", "expected"),
    [
        ([5.0] * 39, 1.0),
        ([0.0] * 40, 0.6),
        ([3.0, -3.0] * 20, 1.6),
        ([0.5, 1.5] * 20, 1.4826 * 0.5 * (1 + 2 / math.sqrt(40))),
        ([0.5, -0.5] * 20, 1.4826 * 0.5 * (1 + 2 / math.sqrt(40))),
    ],
)
def test_jitter_is_learned_from_forty_changes_on_within_its_bounds(zs, expected):
    assert jitter(zs, RULES) == pytest.approx(expected)


@pytest.mark.parametrize("pairs", [7, 8])
def test_company_median_is_taken_out_from_eight_pairs_on(pairs):
    own = PAIRS[:pairs]
    found = trend({pair: cell(pair, 50.0) for pair in own}, [wave(dict.fromkeys(own, 60.0))], RULES)

    assert found.median == (-10.0 if pairs == 8 else 0.0)


def test_company_change_is_the_mean_over_rating_teams():
    cells = {pair: cell(pair, 60.0 + int(pair[0][1])) for pair in PAIRS}
    found = trend(cells, [wave(dict.fromkeys(PAIRS, 60.0))], RULES).company

    assert (found.delta, found.teams) == (2.0, 5)
    # Five teams at 0, 1, 2, 3, 4: an error of sqrt(2.5 / 5), 4 degrees of freedom.
    assert found.hi == pytest.approx(2.0 + 2.776445105198 * math.sqrt(0.5))
    assert company_change({}, RULES) is None


def test_equal_chances_are_marked_together():
    assert marked({"a": 0.02, "b": 0.05, "c": 0.05, "d": 0.9}, 0.1) == {"a", "b", "c"}
    assert marked({"a": 0.2}, 0.1) == set()
    assert marked({}, 0.1) == set()


def test_drift_is_a_moving_average_against_the_first_three_waves():
    seen = [PastPair(10, mean, 200.0, 1.0) for mean in (60, 60, 60, 50, 50)]

    assert drift(seen) == Drift(
        pytest.approx(0.4 * -10 + 0.6 * 0.4 * -10),
        pytest.approx(math.sqrt(0.16 * 20 + 0.36 * 0.16 * 20 + 0.64**2 * 60 / 9)),
    )


def test_slow_fall_is_watched_and_a_quiet_pair_is_not():
    pair, other = ("a", "b"), ("b", "a")
    history = [wave({pair: mean, other: 60}, n=12) for mean in (70, 70, 70, 60, 50)]
    cells = {pair: cell(pair, 40, 12), other: cell(other, 60, 12)}

    assert watched(cells, history, 1.0, RULES) == (pair,)
    assert watched(cells, history[3:], 1.0, RULES) == ()


def test_drift_within_its_noise_is_not_watched_and_jitter_asks_for_more():
    pair = ("a", "b")
    history = [wave({pair: mean}, n=9) for mean in (70, 70, 70, 52, 52)]
    cells = {pair: cell(pair, 52, 9)}
    slight = [wave({pair: 70}, n=9) for _ in range(5)]

    assert watched(cells, history, 1.0, RULES) == (pair,)
    assert watched(cells, history, 1.6, RULES) == ()
    assert watched({pair: cell(pair, 57, 9)}, slight, 1.0, RULES) == ()


def test_drift_of_the_whole_company_is_not_watched():
    own = PAIRS[:8]
    history = [wave(dict.fromkeys(own, mean), n=12) for mean in (70, 70, 70, 60, 50)]

    assert watched({pair: cell(pair, 40, 12) for pair in own}, history, 1.0, RULES) == ()
    assert len(watched({pair: cell(pair, 40, 12) for pair in own[:7]}, history, 1.0, RULES)) == 7


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (76, 90, "strong"),
        (61, 74, "workable"),
        (60, 75, "workable"),
        (51, 60, "fragile"),
        (0, 49, "strained"),
        (0, 0, "strained"),
        (75, 75, "strong"),
        (100, 100, "strong"),
        (50, 50, "fragile"),
        (45, 55, "strained/fragile"),
        (40, 80, "strained/strong"),
    ],
)
def test_band_is_between_where_the_interval_crosses_a_limit(low, high, expected):
    assert band(low, high) == expected


@pytest.mark.parametrize(
    ("n", "response", "expected"),
    [(10, 0.6, "A"), (10, 0.59, "B"), (9, 0.9, "B"), (5, 0.5, "B"), (5, 0.49, "C"), (4, 1.0, "C")],
)
def test_evidence_needs_answers_and_response(n, response, expected):
    assert evidence(n, response) == expected


def test_outgoing_total_takes_errors_as_one_and_incoming_as_independent():
    same = [cell(("a", "b"), 40), cell(("a", "c"), 60)]
    apart = [cell(("b", "a"), 40), cell(("c", "a"), 60)]
    error = math.sqrt(same[0].V)
    out, into = totals_of({"out|a": same, "in|a": apart}, RULES).values()

    # 17 degrees of freedom from one team, 34 from two alike.
    assert (out.mean, out.persons, into.persons) == (50.0, 10, 20)
    assert out.hi - out.mean == pytest.approx(2.109815577833 * error)
    assert into.hi - into.mean == pytest.approx(2.032244509317 * error / math.sqrt(2))


def test_total_is_as_unsure_as_the_smallest_of_its_cells():
    cells = [cell(("a", "b"), 50, 5), cell(("a", "c"), 50, 10)]
    (out,) = totals_of({"out|a": cells}, RULES).values()

    # The smallest has 8 + 5 - 1 = 12 degrees of freedom.
    error = (math.sqrt(cells[0].V) + math.sqrt(cells[1].V)) / 2
    assert out.hi - out.mean == pytest.approx(2.178812829667 * error)


def test_gap_between_both_views_is_marked_and_names_the_weaker_direction():
    cells = {("a", "b"): cell(("a", "b"), 80), ("b", "a"): cell(("b", "a"), 40)}
    cells |= {("a", "c"): cell(("a", "c"), 60), ("c", "a"): cell(("c", "a"), 61)}
    estimates = {pair: shrink(own.mean, own.V, None) for pair, own in cells.items()}
    found = undirected(cells, estimates, RULES)

    assert {pair: own.asym_marked for pair, own in found.items()} == {
        ("a", "b"): True,
        ("a", "c"): False,
    }
    assert found["a", "b"].weaker_direction == "b|a"
    assert (found["a", "b"].mean, found["a", "b"].asymmetry, found["a", "b"].weaker) == (60, 40, 40)


def test_pairs_that_are_alike_keep_the_floor_of_three_points():
    shared = common([60.0] * 6, [20.0] * 6, 3.0)

    assert shared == Common(pytest.approx(60), 9.0, pytest.approx(29 / 6), 6)
    drawn = shrink(70.0, 20.0, shared)
    assert drawn.shrunken == pytest.approx(20 / 29 * 3 / 5)
    assert drawn.variance <= 20.0


def test_shrinking_never_moves_past_the_mean_and_more_noise_moves_more():
    shared = common([30.0, 50.0, 60.0, 65.0, 70.0, 80.0], [20.0] * 6, 3.0)
    moved = [shrink(80.0, variance, shared).value for variance in (0.0, 10.0, 40.0, 1000.0)]

    assert moved == sorted(moved, reverse=True)
    assert moved[0] == 80.0
    assert moved[-1] > shared.mu
