"""Student's t beside closed forms, tables and itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring import quantiles
from app.scoring.quantiles import normal_two_sided, t_quantile, t_two_sided, z_of_t
from app.scoring.side_by_side import t_quantiles

# Closed forms for 1, 2 and 4 degrees of freedom; others from printed tables.
CAUCHY = math.tan(math.pi * 0.475)
OF_TWO = 0.95 / math.sqrt(2 * 0.975 * 0.025)


def of_four(p):
    cosine = math.cos(math.acos(math.sqrt(4 * p * (1 - p))) / 3) / math.sqrt(4 * p * (1 - p))
    return 2 * math.sqrt(cosine - 1)


@pytest.mark.parametrize(
    ("probability", "df", "expected"),
    [
        (0.975, 1, CAUCHY),
        (0.975, 2, OF_TWO),
        (0.975, 4, of_four(0.975)),
        (0.9995, 4, of_four(0.9995)),
        (0.6, 4, of_four(0.6)),
        (0.975, 12, 2.178812829667),
        (0.975, 15, 2.131449545560),
        (0.995, 30, 2.749995653567),
        (0.975, 120, 1.979930405052),
        (0.975, 1e12, 1.959963984540),
    ],
)
def test_quantiles_are_those_of_closed_forms_and_tables(probability, df, expected):
    assert t_quantile(probability, df) == pytest.approx(expected, abs=1e-9, rel=1e-10)


@pytest.mark.parametrize("df", [1, 1.5, 3, 8, 12.7, 25, 60, 61, 500, 12_345.6, 999_999, 1_000_001])
@pytest.mark.parametrize("probability", [0.50001, 0.6, 0.9, 0.975, 0.9999, 1 - 1e-9])
def test_probability_of_a_quantile_is_where_it_came_from(probability, df):
    tail = t_two_sided(t_quantile(probability, df), df)

    assert tail == pytest.approx(2 * (1 - probability), rel=1e-9)


@pytest.mark.parametrize("t", [1e-12, 0.01, 0.5, 1.0, 3.0, 40.0])
def test_probabilities_of_two_degrees_are_those_of_the_closed_form(t):
    assert t_two_sided(t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-12, abs=1e-15)


def test_many_degrees_meet_the_expansion_without_a_step():
    below, above = t_two_sided(2.5, 1e6), t_two_sided(2.5, 1e6 * (1 + 1e-12))

    assert below == pytest.approx(above, rel=1e-10)


@pytest.mark.parametrize("probability", [0.5, 0.3, 1.0])
def test_quantiles_are_asked_for_in_the_upper_half_only(probability):
    with pytest.raises(ValueError, match=str(probability)):
        t_quantile(probability, 5)


@pytest.mark.parametrize("t", [-8.0, -2.0, -1e-9, 0.0, 0.3, 2.0, 30.0])
def test_z_has_the_probability_and_the_sign_of_t(t):
    z = z_of_t(t, 12)

    assert math.copysign(1, z) == math.copysign(1, t)
    assert normal_two_sided(z) == pytest.approx(t_two_sided(t, 12), rel=1e-9)


@pytest.mark.parametrize("t", [math.inf, -math.inf, 1e200])
def test_z_stays_finite(t):
    assert 36 < abs(z_of_t(t, 12)) < 40


DEGREES = (
    st.floats(1, 3000)
    | st.floats(1, 1e6)
    | st.integers(1, 400).map(float)
    | st.sampled_from([1e6 + 1, 1e12])
)


@given(st.sets(DEGREES, max_size=40), st.sampled_from([0.500001, 0.6, 0.975, 0.9999, 1 - 1e-9]))
def test_quantiles_found_side_by_side_are_the_same_to_the_last_bit(dfs, probability):
    assert t_quantiles(probability, dfs) == {df: t_quantile(probability, df) for df in dfs}


@pytest.mark.parametrize("df", [1e5, 3e5, 999_999.0])
def test_search_for_a_quantile_ends_when_only_rounding_is_left(df, monkeypatch):
    looked, tail = [], quantiles.t_two_sided
    monkeypatch.setattr(quantiles, "t_two_sided", lambda *at: looked.append(at) or tail(*at))

    found = quantiles.t_quantile.__wrapped__(0.975, df)

    assert len(looked) <= 8
    assert t_two_sided(found, df) == pytest.approx(0.05, rel=1e-9)


def test_side_by_side_too_quantiles_are_asked_for_in_the_upper_half_only():
    with pytest.raises(ValueError, match=r"0\.5"):
        t_quantiles(0.5, [5.0, 6.0])
