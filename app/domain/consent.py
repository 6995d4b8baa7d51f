"""Who must agree to a stay, in which order, by when, and when silence counts as consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.refusals import N_, Invalid, Refusal
from app.domain.timespan import ONE_DAY

SATURDAY = 6
ANSWER_DAYS = 7  # what the person, the host lead and HR are given
REMIND_BEFORE = timedelta(days=2)
LONGEST_RULE = 366


class ConsentParty(StrEnum):
    """Who must agree, in this order."""

    PERSON = "person"
    HOST = "host"
    HR = "hr"
    COUNCIL = "council"


class ConsentState(StrEnum):
    """`waiting` has not been asked yet, `deemed` is consent by silence after the legal week."""

    WAITING = "waiting"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    DEEMED = "deemed"
    NOT_NEEDED = "not_needed"


class Verdict(StrEnum):
    """What all answers together say."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"


ORDER = (ConsentParty.PERSON, ConsentParty.HOST, ConsentParty.HR, ConsentParty.COUNCIL)
SETTLED = frozenset({ConsentState.GIVEN, ConsentState.DEEMED, ConsentState.NOT_NEEDED})
Chain = Mapping[ConsentParty, ConsentState]

PARTY_LABELS = {
    ConsentParty.PERSON: N_("The person"),
    ConsentParty.HOST: N_("Host team"),
    ConsentParty.HR: N_("HR"),
    ConsentParty.COUNCIL: N_("Works council"),
}
STATE_LABELS = {
    ConsentState.WAITING: N_("Not asked yet"),
    ConsentState.ASKED: N_("Asked"),
    ConsentState.GIVEN: N_("Agreed"),
    ConsentState.REFUSED: N_("Refused"),
    ConsentState.DEEMED: N_("Counts as agreed: no answer in time"),
    ConsentState.NOT_NEEDED: N_("Not needed"),
}


class NotYourTurn(Refusal):
    """Answers are given in order, and once."""

    msgid = N_("This consent is not being asked for at the moment.")


class ReasonMissing(Invalid):
    """Only the person may decline without a reason."""

    msgid = N_("Please give the reason. The person will read it.")


@dataclass(frozen=True, slots=True)
class LengthRule:
    """When a country's works council is asked.

    Stays longer than `over_days` calendar days need it while `enabled`. After `answer_days`
    calendar days silence counts as consent; None: it never does.
    """

    enabled: bool
    over_days: int
    answer_days: int | None
    source: str = ""


# The shortest month has 28 days, so nothing longer than a month slips through in February.
RULES = {
    "DE": LengthRule(
        enabled=True,
        over_days=28,
        answer_days=7,
        source=N_(
            "§ 95 (3), § 99 (1) and (3) BetrVG: more than one month; silence for one week counts"
            " as consent. 28 days is the shortest month."
        ),
    ),
    "AT": LengthRule(
        enabled=True,
        over_days=90,
        answer_days=None,
        source=N_("§ 101 ArbVG: 13 weeks and more; silence is no consent."),
    ),
}
ELSEWHERE = LengthRule(enabled=True, over_days=28, answer_days=None)


def rule_for(country: str) -> LengthRule:
    """The rule a country (ISO 3166-1 alpha-2) starts with, until HR writes its own."""
    return RULES.get(country, ELSEWHERE)


def needs_council(length: int, rule: LengthRule) -> bool:
    """Whether a stay of `length` calendar days needs the works council's consent."""
    return rule.enabled and length > rule.over_days


def fresh(*, council: bool) -> dict[ConsentParty, ConsentState]:
    """The chain of a new stay: the person is asked, the others wait."""
    chain = dict.fromkeys(ORDER, ConsentState.WAITING)
    chain[ConsentParty.PERSON] = ConsentState.ASKED
    if not council:
        chain[ConsentParty.COUNCIL] = ConsentState.NOT_NEEDED
    return chain


def verdict(chain: Chain) -> Verdict:
    """Refused as soon as one refuses, agreed once nobody is missing."""
    if ConsentState.REFUSED in chain.values():
        return Verdict.REFUSED
    if chain and all(state in SETTLED for state in chain.values()):
        return Verdict.AGREED
    return Verdict.OPEN


def turn(chain: Chain) -> ConsentParty | None:
    """Who must answer now, or None when nobody does."""
    if verdict(chain) is not Verdict.OPEN:
        return None
    return next((party for party in ORDER if chain.get(party) not in {*SETTLED, None}), None)


def answered(
    chain: Chain, party: ConsentParty, answer: ConsentState
) -> dict[ConsentParty, ConsentState]:
    """The chain after `party` answered `given`, `refused` or (by silence) `deemed`.

    The next in order is asked. Raises NotYourTurn for anybody but the one whose turn it is.
    """
    if answer not in {ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.DEEMED}:
        raise ValueError("an answer is given, refused or deemed")
    if turn(chain) is not party or chain[party] is not ConsentState.ASKED:
        raise NotYourTurn
    return asking_next({**chain, party: answer})


def asking_next(chain: Chain) -> dict[ConsentParty, ConsentState]:
    """The same chain with the one whose turn it is asked, and nobody else."""
    asked = turn(chain)
    after = dict(chain)
    for party, state in chain.items():
        if state in {ConsentState.WAITING, ConsentState.ASKED}:
            after[party] = ConsentState.ASKED if party is asked else ConsentState.WAITING
    return after


def asked_again(
    chain: Chain, *, same_place: bool, same_days: bool, council: bool
) -> dict[ConsentParty, ConsentState]:
    """The chain after a stay was moved; `council` says whether the moved stay needs it.

    HR makes the move, so its consent to the same placement stands. Everybody else agreed to other
    days or another place and is asked anew.
    """
    if same_place and same_days:
        return dict(chain)
    after = fresh(council=council)
    if same_place and chain.get(ConsentParty.HR) is ConsentState.GIVEN:
        after[ConsentParty.HR] = ConsentState.GIVEN
    return asking_next(after)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday and no public holiday."""
    return day.isoweekday() < SATURDAY and day not in holidays


def answer_due(asked_on: date, days: int, holidays: Collection[date] = ()) -> date:
    """The last day for an answer.

    The day of asking does not count; a last day on a weekend or public holiday moves to the next
    working day (as §§ 187, 188 and 193 BGB count).
    """
    due = asked_on + timedelta(days=days)
    while not is_working_day(due, holidays):
        due += ONE_DAY
    return due


def is_deemed(due: date | None, today: date, rule: LengthRule) -> bool:
    """Whether silence counts as consent today: the legal time is over at the end of `due`."""
    return rule.answer_days is not None and due is not None and today > due


def reminder_is_due(due: date | None, today: date) -> bool:
    """Whether somebody who was asked should be reminded: from two days before the last day on."""
    return due is not None and today >= due - REMIND_BEFORE
