"""Consents: one after the other, nobody twice, and silence counts only where the law says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.consent import (
    ORDER,
    SETTLED,
    ConsentParty,
    ConsentState,
    LengthRule,
    NotYourTurn,
    Verdict,
    answer_due,
    answered,
    asked_again,
    fresh,
    is_deemed,
    is_working_day,
    needs_council,
    rule_for,
    turn,
    verdict,
)

GIVEN, REFUSED, DEEMED = ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.DEEMED
ASKED, WAITING = ConsentState.ASKED, ConsentState.WAITING
answers = st.lists(st.sampled_from([GIVEN, GIVEN, GIVEN, DEEMED, REFUSED]), max_size=6)


def play(council, said):
    """Let whose turn it is answer, one by one; gives every chain on the way."""
    chains = [fresh(council=council)]
    for answer in said:
        party = turn(chains[-1])
        if party is None:
            break
        chains.append(answered(chains[-1], party, answer))
    return chains


@given(st.booleans(), answers)
def test_exactly_one_party_is_asked_until_the_verdict(council, said):
    for chain in play(council, said):
        asked = [party for party, state in chain.items() if state is ASKED]
        is_open = verdict(chain) is Verdict.OPEN
        assert asked == ([turn(chain)] if is_open else [])


@given(st.booleans(), answers)
def test_nobody_is_asked_before_all_earlier_ones_agreed(council, said):
    for chain in play(council, said):
        asked = turn(chain)
        if asked is None:
            continue
        earlier = ORDER[: ORDER.index(asked)]
        assert all(chain[party] in SETTLED for party in earlier)


@given(st.booleans(), answers)
def test_agreed_means_that_every_party_is_settled(council, said):
    for chain in play(council, said):
        assert (verdict(chain) is Verdict.AGREED) == all(s in SETTLED for s in chain.values())


@given(st.booleans(), answers, st.sampled_from(ORDER), st.sampled_from([GIVEN, REFUSED, DEEMED]))
def test_answer_out_of_turn_is_refused(council, said, party, answer):
    chain = play(council, said)[-1]
    if turn(chain) is party:
        return
    with pytest.raises(NotYourTurn):
        answered(chain, party, answer)


@given(st.booleans(), answers, st.booleans(), st.booleans(), st.booleans())
def test_moved_stay_is_never_agreed_by_old_consents(council, said, place, days, needed):
    before = play(council, said)[-1]
    after = asked_again(before, same_place=place, same_days=days, council=needed)
    if place and days:
        assert after == before
    else:
        assert (after[ConsentParty.PERSON], verdict(after)) == (ASKED, Verdict.OPEN)


def test_move_within_the_placement_keeps_what_hr_said():
    chain = dict.fromkeys(ORDER, GIVEN)

    assert asked_again(chain, same_place=True, same_days=False, council=True) == {
        ConsentParty.PERSON: ASKED,
        ConsentParty.HOST: WAITING,
        ConsentParty.HR: GIVEN,
        ConsentParty.COUNCIL: WAITING,
    }


@pytest.mark.parametrize(
    ("country", "days", "needed"),
    [
        ("DE", 28, False),
        ("DE", 29, True),
        ("DE", 56, True),
        ("AT", 90, False),
        ("AT", 91, True),
        ("CH", 28, False),
        ("CH", 29, True),
    ],
)
def test_works_council_is_asked_from_the_length_of_its_country_on(country, days, needed):
    assert needs_council(days, rule_for(country)) is needed


def test_rule_that_is_switched_off_asks_nobody():
    assert needs_council(300, LengthRule(enabled=False, over_days=28, answer_days=7)) is False


@pytest.mark.parametrize(
    ("asked_on", "holidays", "due"),
    [
        (date(2026, 11, 23), (), date(2026, 11, 30)),
        (date(2026, 11, 21), (), date(2026, 11, 30)),  # asked on a Saturday
        (date(2026, 12, 18), (date(2026, 12, 25),), date(2026, 12, 28)),
        (date(2027, 3, 19), (date(2027, 3, 26), date(2027, 3, 29)), date(2027, 3, 30)),  # Easter
    ],
)
def test_legal_week_ends_on_a_working_day(asked_on, holidays, due):
    assert answer_due(asked_on, 7, holidays) == due


@given(
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(1, 90),
    st.frozensets(st.dates(date(2026, 1, 1), date(2030, 6, 1)), max_size=30),
)
def test_last_day_to_answer_is_never_early_and_always_worked(asked_on, days, holidays):
    due = answer_due(asked_on, days, holidays)

    assert due >= asked_on + timedelta(days=days)
    assert is_working_day(due, holidays)


def test_silence_counts_after_the_last_day_and_only_where_the_rule_says_so():
    due = date(2026, 11, 30)
    germany, austria = rule_for("DE"), rule_for("AT")

    assert [is_deemed(due, due + timedelta(days=n), germany) for n in (-1, 0, 1)] == [
        False,
        False,
        True,
    ]
    assert is_deemed(due, due + timedelta(days=300), austria) is False
