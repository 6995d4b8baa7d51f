"""What a home team may answer, and what its cover says."""

import pytest

from app.domain.endorsing import (
    Cover,
    NothingToDecide,
    ReasonMissing,
    TooLateToDecide,
    Verdict,
    check,
    tightest,
)
from app.domain.rounds import RoundState

YES, NO = Verdict(endorses=True), Verdict(endorses=False, reason="The fair needs everybody.")


@pytest.mark.parametrize(
    ("verdict", "submitted", "state", "refusal"),
    [
        (Verdict(endorses=False), True, RoundState.OPEN, ReasonMissing),
        (YES, False, RoundState.OPEN, NothingToDecide),
        (NO, True, RoundState.PUBLISHED, TooLateToDecide),
        (NO, True, RoundState.DRAFT, TooLateToDecide),
    ],
)
def test_an_answer_is_refused_for_one_reason(verdict, submitted, state, refusal):
    with pytest.raises(refusal):
        check(verdict, submitted=submitted, round_state=state)


@pytest.mark.parametrize("verdict", [YES, NO])
@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.PLANNING])
def test_an_answer_is_good_until_the_plan_is_out(verdict, state):
    check(verdict, submitted=True, round_state=state)


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        (Cover(block=0, members=6, away=1, minimum=3), 2),
        (Cover(block=0, members=3, away=1, minimum=3), 0),
        (Cover(block=0, members=6, away=1, minimum=3, blackout=True), 0),
    ],
)
def test_a_block_says_how_many_may_still_leave(cover, expected):
    assert cover.can_leave == expected


def test_the_tightest_block_counts():
    roomy, tight = Cover(0, 6, 0, 1), Cover(1, 6, 4, 1)

    assert (tightest([roomy, tight]), tightest([])) == (1, 0)
