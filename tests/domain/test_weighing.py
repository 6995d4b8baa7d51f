"""Weights in words and back."""

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from app.domain.weighing import QUESTIONS, STRENGTHS, answers, weights
from app.planner.objective import Objective

strengths = st.fixed_dictionaries(
    {question.key: st.sampled_from(STRENGTHS) for question in QUESTIONS}
)


def test_nothing_stored_reads_as_the_planners_defaults_but_for_needs_of_twenty_steps():
    usual = answers({})
    standard = asdict(Objective()) | {"pair_cost": 25}

    assert usual == {question.key: "normal" for question in QUESTIONS}
    for name, value in weights(usual, before={}).items():
        assert (tuple(value) if isinstance(value, list) else value) == standard[name]


@given(strengths)
def test_what_is_stored_reads_back_as_it_was_said(chosen):
    assert answers(weights(chosen, before={})) == chosen


def test_weights_nobody_asks_about_are_kept():
    kept = weights(answers({}), before={"place": 1500, "wait_bonus": 7})

    assert (kept["place"], kept["wait_bonus"]) == (1500, 60)
