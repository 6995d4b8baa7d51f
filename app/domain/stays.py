"""The life of a stay: which state follows from the facts, and on which days somebody asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.consent import Verdict
from app.domain.refusals import N_, Invalid, Refusal
from app.domain.timespan import ONE_DAY, Days

FOLLOW_UP_AFTER = timedelta(days=60)
INSIGHT_DAYS = 28
THIRD = 3
FEWEST_GOALS, MOST_GOALS = 2, 3
MOST_INSIGHTS = 3  # per side of a debrief
WEEKDAYS = frozenset("12345")


class StayState(StrEnum):
    """`proposed` waits for consents; `agreed` may start; the last four are ends."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    RUNNING = "running"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"
    DECLINED = "declined"
    CANCELLED = "cancelled"


LIVE = (StayState.PROPOSED, StayState.AGREED, StayState.RUNNING)
BEFORE_START = (StayState.PROPOSED, StayState.AGREED)
OVER = (StayState.ENDED, StayState.ENDED_EARLY)
FREED = (StayState.DECLINED, StayState.CANCELLED)

STATE_LABELS = {
    StayState.PROPOSED: N_("Waiting for consents"),
    StayState.AGREED: N_("Agreed"),
    StayState.RUNNING: N_("Running"),
    StayState.ENDED: N_("Ended"),
    StayState.ENDED_EARLY: N_("Ended early"),
    StayState.DECLINED: N_("Declined"),
    StayState.CANCELLED: N_("Cancelled"),
}


class CheckInKind(StrEnum):
    """When somebody asks how it goes."""

    DAY_THREE = "day_three"
    MIDDLE = "middle"
    END = "end"
    FOLLOW_UP = "follow_up"


CHECK_IN_LABELS = {
    CheckInKind.DAY_THREE: N_("Third day"),
    CheckInKind.MIDDLE: N_("Half-time"),
    CheckInKind.END: N_("Last days"),
    CheckInKind.FOLLOW_UP: N_("60 days later"),
}


class TooLateForThis(Refusal):
    """What could be done before the start cannot be done any more."""

    msgid = N_("This stay has started or is over; this can no longer be done.")


class NotRunning(Refusal):
    """Only a running stay can end early."""

    msgid = N_("Only a running stay can be ended.")


class OutsideTheStay(Invalid):
    """The last day must lie in the rest of the stay."""

    msgid = N_("Choose a day from today to the planned last day.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about a stay today. Days are local at the person's site, `[start, end)`."""

    state: StayState
    verdict: Verdict
    starts_on: date
    ends_on: date
    planned_ends_on: date


def next_state(facts: Facts, today: date) -> StayState:
    """The state a stay should be in on `today`.

    A stay nobody agreed to in time lapses on the day it should have ended; it never starts.
    """
    state = facts.state
    if state is StayState.PROPOSED:
        state = _after_the_answers(facts, today)
    elif state is StayState.AGREED and facts.verdict is not Verdict.AGREED:
        state = StayState.PROPOSED if facts.verdict is Verdict.OPEN else StayState.DECLINED
    if state is StayState.AGREED and today >= facts.starts_on:
        state = StayState.RUNNING
    if state is StayState.RUNNING and today >= facts.ends_on:
        is_early = facts.ends_on < facts.planned_ends_on
        state = StayState.ENDED_EARLY if is_early else StayState.ENDED
    return state


def _after_the_answers(facts: Facts, today: date) -> StayState:
    if facts.verdict is Verdict.REFUSED:
        return StayState.DECLINED
    if facts.verdict is Verdict.AGREED:
        return StayState.AGREED
    return StayState.CANCELLED if today >= facts.ends_on else StayState.PROPOSED


def first_day(starts_on: date, agreed_on: date) -> date:
    """The day a stay can begin: as planned, but never before the last consent was there."""
    return max(starts_on, agreed_on)


def last_day_chosen(chosen: date, *, today: date, ends_on: date) -> date:
    """The new exclusive end of a running stay whose last day is `chosen`.

    Raises OutsideTheStay for a day before today or after the planned last day.
    """
    if not today <= chosen < ends_on:
        raise OutsideTheStay
    return chosen + ONE_DAY


def working_days_of(days: Days, weekdays: str, holidays: Collection[date]) -> list[date]:
    """The days of a stay on which the person works. `weekdays` are ISO digits, "12345"."""
    return [day for day in days if str(day.isoweekday()) in weekdays and day not in holidays]


def check_in_days(
    days: Days, weekdays: str, holidays: Collection[date] = ()
) -> dict[CheckInKind, date]:
    """When each check-in of a stay is due.

    Third, middle and last working day of the person, and 60 days after the end. A stay without
    any working day falls back on its calendar days.
    """
    worked = working_days_of(days, weekdays, holidays) or list(days)
    return {
        CheckInKind.DAY_THREE: worked[min(THIRD, len(worked)) - 1],
        CheckInKind.MIDDLE: worked[len(worked) // 2],
        CheckInKind.END: worked[-1],
        CheckInKind.FOLLOW_UP: days.end + FOLLOW_UP_AFTER,
    }
