"""What a reader sees of a published wave never tells more than its coarsest figure."""

import pytest

from app.domain.collaboration import Change, Direction, Total, gap, readings, total
from app.domain.disclosure import shown

HALF = 8.0


def figures(mean, n, *, band_only=False, dims=None):
    return {
        "n": n,
        "mean": mean,
        "display": shown(mean, mean - HALF, mean + HALF, n).as_list(),
        "band": "workable",
        "evidence": "B",
        "band_only": band_only,
        "shown_n": "5–9",
        "shown_response": None,
        "low_level": False,
        "dims": dims or {},
    }


def wave(pairs, *, changes=None, totals=None, asymmetry=0.0):
    return {
        "pairs": pairs,
        "changes": changes or {},
        "undirected": {"1|2": {"asymmetry": asymmetry, "asym_marked": True}},
        "totals": totals or {},
    }


def group(mean, pairs, grid=1):
    return {
        "mean": mean,
        "lo": mean - HALF,
        "hi": mean + HALF,
        "pairs": pairs,
        "display": [0, 0, 0, grid],
    }


def changed(delta, **more):
    return {
        "delta": delta,
        "lo": delta - 6.0,
        "hi": delta + 6.0,
        "alert": True,
        "direction": "rose",
        "composition_changed": False,
        "grid_before": 1,
        "hidden_before": False,
    } | more


def test_a_dimension_all_ticked_alike_is_clipped_as_the_mean_is():
    body = wave({"1|2": figures(80.0, 12, dims={"trust": 100.0, "goals": 0.0, "respect": 61.0})})

    assert readings(body)[1, 2].dimensions == {"trust": 95, "goals": 5, "respect": 60}


def test_dimensions_rest_on_ten_answers_whatever_the_snapshot_holds():
    body = wave({"1|2": figures(80.0, 9, dims={"trust": 61.0})})

    assert readings(body)[1, 2].dimensions == {}


def test_a_gap_tells_no_more_than_the_two_figures_beside_it():
    unanimous = wave({"1|2": figures(100.0, 6), "2|1": figures(50.0, 6)}, asymmetry=50.0)
    nearly = wave({"1|2": figures(91.0, 6), "2|1": figures(50.0, 6)}, asymmetry=41.0)

    assert [gap(body, 1, 2).points for body in (unanimous, nearly)] == [40, 40]


@pytest.mark.parametrize("exact", [57.6, 62.4])
def test_a_total_does_not_sharpen_the_coarse_figure_of_one_pair(exact):
    pairs = {"1|2": figures(exact, 6), "1|3": figures(70.0, 30)}
    body = wave(pairs, totals={"out|1": group((exact + 70.0) / 2, 2)})

    assert total(body, "out|1") == Total(65, 57, 73, 2)


@pytest.mark.parametrize("name", ["out|1", "in|2", "company"])
def test_a_total_of_one_pair_shown_as_a_band_is_the_middle_of_the_band(name):
    body = wave({"1|2": figures(71.0, 12, band_only=True)}, totals={name: group(71.0, 1, grid=2)})

    assert total(body, name) == Total(68, 58, 76, 1)


def test_a_change_does_not_sharpen_the_coarser_wave_before():
    near, far = 25.0, 29.0  # from 52.0 or 48.0, both of which were shown as 50
    found = [
        readings(wave({"1|2": figures(77.0, 30)}, changes={"1|2": changed(delta, grid_before=5)}))[
            1, 2
        ].change
        for delta in (near, far)
    ]

    assert found == [Change(Direction.ROSE, 25, 15, 35)] * 2


def test_no_change_is_told_against_a_wave_shown_as_a_band():
    body = wave({"1|2": figures(77.0, 30)}, changes={"1|2": changed(25.0, hidden_before=True)})

    assert readings(body)[1, 2].change == Change(Direction.NO_CLEAR_CHANGE)
