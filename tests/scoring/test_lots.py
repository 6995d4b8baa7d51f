"""Lots: drawn pairs beside those with a blank, as they were drawn, each in its own window."""

import numpy as np

from app.scoring.effect import study_lots
from app.scoring.studies import Event, Lots, Picked, Seen, Silence, Verdict

PAIRS = [(f"a{number}", f"b{number}") for number in range(32)]
WAVES = 7


def world(seed, *, effect=0.0, taken_up=1.0, at=4, number=10):
    """Pairs around 50 with noise of 4; half of twice `number` are drawn after wave `at`."""
    luck = np.random.default_rng(seed)
    true = luck.normal(50, 6, len(PAIRS))
    seen = true[:, None] + luck.normal(0, 3, (len(PAIRS), WAVES))
    order = luck.permutation(2 * number)
    drawn, blanks = order[:number], order[number:]
    willing = drawn[: round(taken_up * number)]
    seen[willing, at:] += effect
    panel = {
        pair: {wave + 1: Seen(float(row[wave]), "A", 0.8) for wave in range(WAVES)}
        for pair, row in zip(PAIRS, seen, strict=True)
    }
    events = [Event(PAIRS[place], "rotation", at) for place in willing]
    return panel, events, Lots(at, [PAIRS[one] for one in drawn], [PAIRS[one] for one in blanks])


def test_a_contact_that_helps_is_found_by_lots():
    panel, events, lots = world(1, effect=12.0)

    found = study_lots("rotation", panel, events, [lots])

    assert (found.picked, found.treated, found.controls) == (Picked.BY_LOT, 10, 10)
    assert found.verdict is Verdict.HELPED
    assert found.effect.low < 12.0 < found.effect.high


def test_lots_find_nothing_where_nothing_is():
    said = 0
    for seed in range(120):
        panel, events, lots = world(seed)
        found = study_lots("rotation", panel, events, [lots])
        said += found.verdict is not Verdict.UNCLEAR

    assert said / 120 < 0.09


def test_drawn_pairs_that_had_no_contact_stay_among_the_drawn():
    panel, events, lots = world(1, effect=12.0, taken_up=0.5)

    found = study_lots("rotation", panel, events, [lots])

    assert (len(events), found.treated, found.controls) == (5, 10, 10)
    assert 2.0 < found.effect.value < 10.0  # half of them had it


def test_blanks_that_had_contact_on_their_own_stay_among_the_blanks():
    panel, events, lots = world(1, effect=12.0)
    strays = [Event(pair, "rotation", 4) for pair in list(lots.blanks)[:3]]

    found = study_lots("rotation", panel, [*events, *strays], [lots])

    assert (found.treated, found.controls, found.silences) == (10, 10, ())


def test_a_blank_is_compared_in_the_window_of_its_own_draw_only():
    panel, events, lots = world(1, effect=12.0, number=8)
    later = Lots(5, PAIRS[16:24], PAIRS[24:32])
    for pair in later.blanks:  # what happens to them right after wave 4 is none of the first draw
        panel[pair] = panel[pair] | {5: Seen(0.0, "A", 0.8)}

    first = study_lots("rotation", panel, events, [lots])
    both = study_lots("rotation", panel, events, [lots, later])

    assert (first.treated, first.controls) == (8, 8)
    assert (both.treated, both.controls) == (16, 16)


def test_a_pair_counts_in_its_first_draw():
    panel, events, lots = world(1, effect=12.0)
    again = Lots(5, lots.blanks, lots.drawn)

    once = study_lots("rotation", panel, events, [lots])
    twice = study_lots("rotation", panel, events, [lots, again])

    assert twice == once


def test_a_draw_without_anybody_on_the_other_side_says_nothing():
    panel, events, lots = world(1)
    hidden = {pair: {} for pair in lots.blanks}

    found = study_lots("rotation", panel | hidden, events, [lots])

    assert (found.treated, found.controls, found.verdict) == (0, 0, Verdict.SILENT)
    assert found.silences == (Silence.FEW_TREATED, Silence.FEW_CONTROLS)


def test_before_the_next_wave_a_draw_says_nothing():
    panel, events, lots = world(1, at=WAVES)

    found = study_lots("rotation", panel, events, [lots])

    assert Silence.NONE_AFTER in found.silences
