"""The planner's weights in words: what HR chooses, and the points that stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.refusals import N_

STRENGTHS = ("off", "little", "normal", "much", "most")
STRENGTH_LABELS = {
    "off": N_("does not count"),
    "little": N_("counts a little"),
    "normal": N_("counts"),
    "much": N_("counts much"),
    "most": N_("counts most"),
}
PERCENT = {"off": 0, "little": 50, "normal": 100, "much": 200, "most": 400}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing HR weighs: its words and the weights it scales, with their usual points."""

    key: str
    label: str
    help: str
    usual: Mapping[str, Any]


QUESTIONS = (
    Question(
        "waiting",
        N_("How much does waiting count?"),
        N_("People who got nothing in earlier rounds come first."),
        {"wait_bonus": 60},
    ),
    Question(
        "never",
        N_("How much does it count never to have rotated?"),
        N_("Gives newcomers to the programme their first stay."),
        {"never_bonus": 200},
    ),
    Question(
        "wishes",
        N_("How much do the ranks of the wishes count?"),
        N_("The more it counts, the more first choices are met, perhaps with fewer people placed."),
        {"rank_cost": (0, 20, 80, 180, 320)},
    ),
    Question(
        "needs",
        N_("How much does the need of pairs of teams count?"),
        N_("Fills the stays wished between teams that work badly together."),
        {"pair_cost": 25},
    ),
    Question(
        "debt",
        N_("How much do bad choices of earlier rounds count?"),
        N_("Makes sure that nobody always gets the last choice."),
        {"debt_percent": 50},
    ),
    Question(
        "site",
        N_("How much does the wish to stay at one's site count?"),
        N_("Spares people travel who asked for it."),
        {"site_cost": 30},
    ),
    Question(
        "delay",
        N_("How much does an early start count?"),
        N_("Moves stays towards the beginning of the round."),
        {"delay_cost": 2},
    ),
)
KNOWN = frozenset(weight for question in QUESTIONS for weight in question.usual)


def weights(answers: Mapping[str, str], *, before: Mapping[str, Any]) -> dict[str, Any]:
    """The planner's weights for `answers` (question key -> strength).

    Weights of `before` that no question scales are kept. Raises KeyError for an unknown strength.
    """
    chosen = {name: value for name, value in before.items() if name not in KNOWN}
    for question in QUESTIONS:
        percent = PERCENT[answers[question.key]]
        for name, usual in question.usual.items():
            chosen[name] = _scaled(usual, percent)
    return chosen


def answers(stored: Mapping[str, Any]) -> dict[str, str]:
    """The strength that comes closest to the stored weights, for every question."""
    return {question.key: _strength(question, stored) for question in QUESTIONS}


def _strength(question: Question, stored: Mapping[str, Any]) -> str:
    name, usual = next(iter(question.usual.items()))
    now, standard = _size(stored.get(name, usual)), _size(usual)
    return min(STRENGTHS, key=lambda strength: abs(standard * PERCENT[strength] - now * 100))


def _size(value: Any) -> int:
    return value if isinstance(value, int) else max(value, default=0)


def _scaled(usual: Any, percent: int) -> Any:
    if isinstance(usual, int):
        return usual * percent // 100
    return [cost * percent // 100 for cost in usual]
