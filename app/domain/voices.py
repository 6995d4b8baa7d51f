"""Feedback on a session and the three taps after a contact: what is asked, and what may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from app.domain.refusals import N_, Refusal

FLOOR = 5  # answers; below it nothing is told but their number
TIME_TO_SPEAK = timedelta(days=14)  # after the end
STEPS = (1, 2, 3, 4, 5)
TAPS = (1, 2, 3)

FEEDBACK_QUESTIONS = {
    "useful": N_("I can use what I learned in my work with the other side."),
    "task_helped": N_("The joint task brought us further together."),
    "will_apply": N_("I know what I will do differently from tomorrow on."),
}
STEP_LABELS = {
    1: N_("not at all"),
    2: N_("a little"),
    3: N_("partly"),
    4: N_("largely"),
    5: N_("fully"),
}
PULSE_QUESTIONS = {
    "equal_footing": N_("We met on equal footing."),
    "common_task": N_("We had something to do together."),
    "backed_by_leads": N_("Our leads stood behind it."),
}
TAP_LABELS = {1: N_("no"), 2: N_("partly"), 3: N_("yes")}


class NotYourTurn(Refusal):
    """Only who was there speaks, once, in time."""

    msgid = N_("Feedback is given once, within two weeks, by those who were there.")


@dataclass(frozen=True, slots=True)
class Told:
    """The mean of one question and how many answered it; None below the floor."""

    question: str
    mean: float | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A day together or a stay, seen by one who was there: the own team, the other, its end (UTC).

    `name` tells contacts apart, such as "gathering:12" or "stay:3"; `about` says to people which
    one it was.
    """

    name: str
    own: int
    other: int
    ended_at: datetime
    about: str = ""


def is_time(ended_at: datetime, at: datetime) -> bool:
    """Whether feedback may be given at an instant."""
    return ended_at <= at < ended_at + TIME_TO_SPEAK


def told(sheets: Sequence[dict[str, int | None]], questions: Sequence[str]) -> list[Told]:
    """The mean per question where five at least answered it."""
    found = []
    for question in questions:
        values = [sheet[question] for sheet in sheets]
        given = [value for value in values if value is not None]
        mean = round(sum(given) / len(given), 1) if len(given) >= FLOOR else None
        found.append(Told(question, mean))
    return found


def settled(given: Iterable[tuple[str, int | None]], now: str) -> list[int]:
    """The values of quarters that are over, from (quarter, value or None).

    They are told in blocks of whole quarters with five values at least, so that comparing a page
    with what it said before tells nothing about fewer than five.
    """
    told: list[int] = []
    block: list[int] = []
    over = sorted((one, value) for one, value in given if value is not None and one < now)
    for _quarter, values in groupby(over, key=itemgetter(0)):
        block += [value for _, value in values]
        if len(block) >= FLOOR:
            told += block
            block = []
    return told


def carried(quarters: Iterable[str], now: str) -> frozenset[str]:
    """The quarters, one per sheet of a pair, that may be forgotten: too few sheets to be told.

    What follows the last block of five is told only with sheets still to come. Counted among the
    quarter that is not over, `now`, it is told on the same day as otherwise; but it no longer says
    in which quarter, and so after whose visit, somebody answered.
    """
    over = Counter(one for one in quarters if one < now)
    waiting: set[str] = set()
    size = 0
    for one in sorted(over):
        waiting.add(one)
        size += over[one]
        if size >= FLOOR:
            waiting, size = set(), 0
    return frozenset(waiting)


def quarter(at: datetime) -> str:
    """The quarter of an instant, such as "2026-Q4"."""
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"
