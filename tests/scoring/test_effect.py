"""Did it help: estimates beside known worlds, and every reason to say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from app.scoring.effect import compare_kinds, judge, study
from app.scoring.effect_words import SILENCES, VERDICTS, signed, values
from app.scoring.regression import Coefficient, coefficient
from app.scoring.studies import Event, Line, Picked, Seen, Silence, Verdict

PAIRS = [(f"a{number}", f"b{number}") for number in range(30)]


def world(seed, *, effect=0.0, treated=8, picked_at=4, by_score=True, waves=6):
    """Pairs around 58 with noise of 4; the weakest (or any) are treated after the picking wave."""
    luck = np.random.default_rng(seed)
    true = luck.normal(58, 8, len(PAIRS))
    seen = true[:, None] + luck.normal(0, 4, (len(PAIRS), waves))
    order = np.argsort(seen[:, picked_at - 1]) if by_score else luck.permutation(len(PAIRS))
    chosen = [PAIRS[place] for place in order[:treated]]
    for place in order[:treated]:
        seen[place, picked_at:] += effect
    panel = {
        pair: {wave + 1: Seen(float(row[wave]), "A", 0.8) for wave in range(waves)}
        for pair, row in zip(PAIRS, seen, strict=True)
    }
    return panel, [Event(pair, "rotation", picked_at) for pair in chosen]


def test_weak_pairs_that_recover_by_themselves_show_no_effect():
    effects, checks, said = [], [], 0
    for seed in range(120):
        found = study("rotation", Picked.BY_SCORE, *world(seed))
        effects.append(found.effect.value)
        checks.append(found.check.value)
        said += found.verdict is not Verdict.UNCLEAR

    assert abs(np.mean(effects)) < 0.6
    assert abs(np.mean(checks)) < 0.8
    assert said / 120 < 0.09


def test_measuring_against_the_picking_wave_would_find_an_effect_that_is_none():
    naive = []
    for seed in range(120):
        panel, events = world(seed)
        chosen = {event.pair for event in events}
        gains = {
            pair: (waves[5].mean + waves[6].mean) / 2 - waves[4].mean
            for pair, waves in panel.items()
        }
        naive.append(
            np.mean([gains[pair] for pair in chosen])
            - np.mean([gains[pair] for pair in panel.keys() - chosen])
        )

    assert np.mean(naive) > 2.0


def test_true_effect_is_found_with_its_size():
    found = [study("rotation", Picked.BY_LOT, *world(seed, effect=8.0)) for seed in range(40)]

    assert np.mean([one.effect.value for one in found]) == pytest.approx(8.0, abs=0.8)
    assert sum(one.effect.low <= 8.0 <= one.effect.high for one in found) >= 35
    assert sum(one.verdict is Verdict.HELPED for one in found) >= 25


def test_harm_is_said_as_plainly():
    assert study("rotation", Picked.BY_LOT, *world(1, effect=-15.0)).verdict is Verdict.HARMED


def silences(panel, events, **more):
    found = study("rotation", Picked.BY_SCORE, panel, events, **more)
    assert (found.verdict is Verdict.SILENT) == bool(found.silences)
    assert (found.effect is None) == bool(found.silences)
    return found.silences


def changed(panel, **fields):
    """All observations of the last wave with other fields."""
    return {
        pair: {wave: replace(seen, **fields) if wave == 6 else seen for wave, seen in own.items()}
        for pair, own in panel.items()
    }


def test_fewer_than_eight_treated_or_controls_are_too_few():
    assert silences(*world(1, treated=8)) == ()
    assert silences(*world(1, treated=7)) == (Silence.FEW_TREATED,)
    assert silences(*world(1, treated=22)) == ()
    assert silences(*world(1, treated=23)) == (Silence.FEW_CONTROLS,)


def test_single_pair_is_a_trend():
    assert silences(*world(1, treated=1)) == (Silence.FEW_TREATED, Silence.ONE_PAIR)


def test_effect_needs_two_waves_before_the_picking_wave_and_one_after():
    assert silences(*world(1, picked_at=3)) == ()
    too_early, too_late = silences(*world(1, picked_at=2)), silences(*world(1, picked_at=6))

    assert Silence.FEW_BEFORE in too_early
    assert Silence.NONE_AFTER in too_late
    assert Silence.NONE_AFTER not in silences(*world(1, picked_at=5))


def test_waves_with_too_little_evidence_do_not_count():
    panel, events = world(1)
    weak = {
        pair: {wave: replace(seen, evidence="C") if wave in (1, 2) else seen
               for wave, seen in own.items()}
        for pair, own in panel.items()
    }  # fmt: skip

    assert silences(weak, events) == (
        Silence.FEW_TREATED,
        Silence.FEW_CONTROLS,
        Silence.FEW_BEFORE,
    )


def test_one_team_in_more_than_a_third_of_the_treated_pairs_is_too_much():
    panel, events = world(1, treated=9)

    def with_team(pairs):
        names = {event.pair: ("same", event.pair[1]) for event in events[:pairs]}
        return (
            {names.get(pair, pair): own for pair, own in panel.items()},
            [replace(event, pair=names.get(event.pair, event.pair)) for event in events],
        )

    assert silences(*with_team(3)) == ()
    assert silences(*with_team(4)) == (Silence.ONE_TEAM,)


def test_other_events_of_more_than_a_fifth_in_the_window_are_too_many():
    panel, events = world(1, treated=10)

    def others(pairs, at):
        return [*events, *(Event(event.pair, "trip", at) for event in events[:pairs])]

    assert silences(panel, others(2, 5)) == ()
    assert silences(panel, others(3, 5)) == (Silence.OTHER_EVENTS,)
    assert silences(panel, others(3, 3)) == ()
    assert silences(panel, others(3, 6)) == ()


def test_what_was_picked_otherwise_is_something_else_that_happened():
    panel, events = world(1, treated=10)

    def chosen(pairs, at):
        return [
            *events,
            *(replace(event, picked_at=at, counts=False) for event in events[:pairs]),
        ]

    assert silences(panel, chosen(2, 5)) == ()
    assert silences(panel, chosen(3, 5)) == (Silence.OTHER_EVENTS,)
    assert silences(panel, chosen(3, 6)) == ()


def test_a_pair_that_had_it_before_is_neither_treated_nor_compared():
    panel, events = world(1, treated=10)
    free = [pair for pair in PAIRS if pair not in {event.pair for event in events}]
    before = [
        replace(events[0], picked_at=2, counts=False),
        Event(free[0], "rotation", 1, counts=False),
    ]

    without, found = (
        study("rotation", Picked.BY_SCORE, panel, many) for many in (events, [*events, *before])
    )

    assert (without.treated, without.controls) == (10, 20)
    assert (found.treated, found.controls) == (9, 19)


def test_only_what_was_picked_by_figures_is_treated():
    panel, events = world(1, treated=10)
    free = [pair for pair in PAIRS if pair not in {event.pair for event in events}]
    chosen = [Event(pair, "rotation", 4, counts=False) for pair in free[:5]]

    found = study("rotation", Picked.BY_SCORE, panel, [*events, *chosen])

    assert (found.treated, found.controls) == (10, 15)


def test_response_that_moved_and_a_new_questionnaire_forbid_a_comparison():
    panel, events = world(1)

    assert silences(changed(panel, response=0.35), events) == ()
    assert silences(changed(panel, response=0.0), events) == (Silence.RESPONSE_MOVED,)
    assert silences(changed(panel, instrument="2"), events) == (Silence.INSTRUMENT_CHANGED,)


def test_pairs_picked_by_gut_feeling_get_two_lines_and_no_number():
    panel, events = world(1, effect=20.0)
    found = study("rotation", Picked.OTHERWISE, panel, events)

    assert (found.verdict, found.effect, found.check) == (Verdict.ACCOMPANIED, None, None)
    assert [line.wave for line in found.lines] == [-3, -2, -1, 0, 1, 2]


def test_lines_are_means_by_distance_from_the_picking_wave():
    panel = {
        pair: {
            wave: Seen(50.0 + wave + (10 if number < 8 else 0), "A", 0.8) for wave in range(1, 7)
        }
        for number, pair in enumerate(PAIRS)
    }
    events = [Event(pair, "rotation", 4) for pair in PAIRS[:8]]

    assert study("rotation", Picked.BY_LOT, panel, events).lines[-2:] == (
        Line(1, 65.0, 55.0),
        Line(2, 66.0, 56.0),
    )


def test_controls_are_untreated_in_the_window_and_never_counted_twice():
    panel, events = world(1, treated=8, waves=8)
    later = [event.pair for event in events]
    free = [pair for pair in PAIRS if pair not in later]
    more = [
        *(replace(event, picked_at=3 if place < 4 else 5) for place, event in enumerate(events)),
        Event(free[0], "rotation", 7),  # treated later, and studied itself
        Event(free[1], "rotation", 1),  # treated before: never serves
        Event(free[2], "trip", 3),  # something else after wave 3: serves after wave 5 only
        Event(free[3], "rotation", 8),  # treated after the last wave: serves until then
    ]
    found = study("rotation", Picked.BY_LOT, panel, more)

    assert (found.treated, found.controls) == (9, 20)


def test_verdict_needs_both_methods():
    def one(value, low, high):
        return Coefficient(value, low, high, 0.01, 20)

    sure, unsure = one(5, 1, 9), one(5, -1, 11)
    assert judge(sure, one(1, -9, 9)) is Verdict.HELPED
    assert judge(sure, one(-1, -9, 9)) is Verdict.UNCLEAR
    assert judge(unsure, sure) is Verdict.UNCLEAR
    assert judge(one(-5, -9, -1), one(-1, -2, 2)) is Verdict.HARMED


def test_kinds_side_by_side_must_stand_out_among_all():
    helped = study("rotation", Picked.BY_LOT, *world(3, effect=12.0))
    barely = replace(
        helped, kind="trip", effect=replace(helped.effect, p=0.09), verdict=Verdict.HELPED
    )
    silent = study("training", Picked.OTHERWISE, *world(3))
    beside = [replace(barely, kind=f"kind{number}") for number in range(3)]

    assert compare_kinds([helped, silent]) == {"rotation": Verdict.HELPED}
    assert compare_kinds([replace(helped, effect=replace(helped.effect, p=0.5)), *beside]) == {
        "rotation": Verdict.UNCLEAR,
        **dict.fromkeys(("kind0", "kind1", "kind2"), Verdict.UNCLEAR),
    }


def test_every_verdict_and_every_silence_has_a_sentence():
    found = study("rotation", Picked.BY_LOT, *world(3, effect=12.0))

    assert (set(VERDICTS), set(SILENCES)) == (set(Verdict), set(Silence))
    sentence = VERDICTS[Verdict.UNCLEAR] % {"low": signed(-2.4), "high": signed(8.0)}
    assert sentence == "Not distinguishable from no effect (could be -2 to +8)."
    assert VERDICTS[found.verdict] % values(found)
    assert values(study("rotation", Picked.OTHERWISE, *world(3))) == {}
    assert signed(-0.3) == "0"


def test_regression_is_that_of_the_textbook():
    # y = 1 + 2x: an exact line; then one point moved by 3.
    exact = coefficient([3, 5, 7, 9], [[1], [2], [3], [4]], [0, 0, 0, 0])
    moved = coefficient([3, 5, 7, 12], [[1], [2], [3], [4]], [0, 0, 0, 0])

    assert (exact.value, exact.df) == (pytest.approx(2.0), 2)
    # slope 14.5/5, residual sum 2.7, error sqrt(2.7/2/5), t(0.975, 2) = 4.302652729750
    assert moved.value == pytest.approx(2.9)
    assert moved.high == pytest.approx(2.9 + 4.302652729750 * 0.27**0.5)
    with pytest.raises(ValueError, match="fewer rows"):
        coefficient([1.0, 2.0], [[1.0], [2.0]], [0, 0])


def test_intercepts_take_what_each_group_shares():
    shared = coefficient([1, 2, 1, 2, 101, 102, 101, 103], [[0], [1]] * 4, [0] * 4 + [1] * 4)

    assert shared.value == pytest.approx(1.25)
