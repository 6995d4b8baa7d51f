"""How a wave lives, whom it asks about whom, and what bounds its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from app.domain.disclosure import FULL, MOST_K, RATE_STEP, USUAL_K, response_step
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.timespan import start_of

MOST_RATED = 4  # teams one person is asked about
LONGEST_DAYS = 60
FORMULA = 1
COMMENTS_AFTER = timedelta(days=7)
LAST_REMINDER = timedelta(days=2)
NEED_OF_MIDDLE = 8  # days from which on there is a reminder half-way


class WaveState(StrEnum):
    """A wave is prepared, planned for its day, open, and then closed once and for all."""

    DRAFT = "draft"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATE_LABELS = {
    WaveState.DRAFT: N_("Draft"),
    WaveState.PLANNED: N_("Planned"),
    WaveState.OPEN: N_("Open"),
    WaveState.CLOSED: N_("Closed"),
    WaveState.CANCELLED: N_("Cancelled"),
}
PREPARED = frozenset({WaveState.DRAFT, WaveState.PLANNED})


class WrongState(Refusal):
    """The wave has moved on, or is not there yet."""

    msgid = N_("The wave is not in a state in which this can be done.")


class EndedAlready(Refusal):
    """What was asked is being counted."""

    msgid = N_("This wave has ended; its answers are being counted.")


class OnlyLater(Invalid):
    """People rely on the day they were told."""

    msgid = N_("An open wave can only be extended, and only before it ends.")


class BadLength(Invalid):
    """A wave lasts at least two days and not for ever."""

    msgid = N_("A wave lasts from 2 to %(most)s days.")


class BadLimit(Invalid):
    """Below five answers people could be told apart."""

    msgid = N_("Choose a number from %(least)s to %(most)s.")


class StartsInThePast(Invalid):
    """A wave that has begun already cannot be planned."""

    msgid = N_("The first day has passed.")


class OverlapsAnother(Refusal):
    """Two waves at once would ask people the same thing twice."""

    msgid = N_("Another wave is open at that time.")


class NobodyToAsk(Refusal):
    """Without declared ties there is nobody to ask."""

    msgid = N_("Nobody would be asked: declare first which teams work with each other.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What HR fixes for a wave: days `[opens_on, ends_on)` on the company's wall clock.

    `k` persons at least stand behind every figure; a rated team has at least `k_target` members.
    Raises BadLength and BadLimit.
    """

    title: str
    opens_on: date
    ends_on: date
    k: int = USUAL_K
    k_target: int = USUAL_K

    def __post_init__(self) -> None:
        if not 1 < (self.ends_on - self.opens_on).days <= LONGEST_DAYS:
            raise BadLength(most=LONGEST_DAYS)
        if not all(USUAL_K <= limit <= MOST_K for limit in (self.k, self.k_target)):
            raise BadLimit(least=USUAL_K, most=MOST_K)


def is_over(ends_on: date, zone: ZoneInfo, at: datetime) -> bool:
    """Whether the last day has passed on the company's wall clock."""
    return at >= start_of(ends_on, zone)


def reminder_days(opens_on: date, ends_on: date) -> tuple[date, ...]:
    """The days on which the system reminds: half-way in longer waves, and near the end."""
    length = (ends_on - opens_on).days
    last = max(ends_on - LAST_REMINDER, opens_on + timedelta(days=1))
    if length < NEED_OF_MIDDLE:
        return (last,)
    return (opens_on + timedelta(days=length // 2), last)


def shared_out(
    members: Sequence[int], targets: Sequence[int], random: Random
) -> dict[int, tuple[int, ...]]:
    """Member -> teams to rate, at most four each.

    With more targets than that, they are dealt round in a shuffled order, so that each target is
    rated by about as many members. Who got which cannot be worked out afterwards: the dice are
    thrown away.
    """
    if len(targets) <= MOST_RATED:
        return {member: tuple(targets) for member in members}
    people, deck = list(members), list(targets)
    random.shuffle(people)
    random.shuffle(deck)
    dealt = {}
    for number, member in enumerate(people):
        start = number * MOST_RATED
        hand = {deck[(start + card) % len(deck)] for card in range(MOST_RATED)}
        dealt[member] = tuple(team for team in targets if team in hand)
    return dealt


def expected_raters(members: int, targets: int) -> int:
    """About how many members of a team will be asked about one of its targets."""
    return members if targets <= MOST_RATED else members * MOST_RATED // targets


def share_from(k: int) -> int:
    """From so many people asked on, one step of ten percent of them is at least `k` people."""
    return k * FULL // RATE_STEP


def finished_share(finished: int, asked: int, k: int) -> int | None:
    """Percent of people done, in steps of ten that are `k` people at least; else None.

    It stops at 90: that everybody is done would tell of each of them.
    """
    if asked < share_from(k):
        return None
    step = response_step(finished, asked)
    return None if step is None else min(step, FULL - RATE_STEP)


def importance_of(ticked: float | None, settled: float | None) -> float:
    """How much a pair counts, in quarters: what management set, else the mean tick of 1 to 5."""
    if settled is not None:
        return settled
    if ticked is None:
        return 1.0
    return min(max(round(ticked - 1) / 4, 0.25), 1.0)


def moved_between(before: Mapping[int, int], now: Mapping[int, int]) -> dict[int, int]:
    """Team -> how many people joined or left it between two charts (person -> team)."""
    moved: dict[int, int] = {}
    for person in before.keys() | now.keys():
        was, is_ = before.get(person), now.get(person)
        if was == is_:
            continue
        for team in (was, is_):
            if team is not None:
                moved[team] = moved.get(team, 0) + 1
    return moved
