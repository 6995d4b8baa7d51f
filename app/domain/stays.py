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
THIRD = 3
FEWEST_GOALS, MOST_GOALS = 2, 3
MOST_INSIGHTS = 3  # per side of a debrief
SIDES = 3  # person, host and home look back


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
    if state in BEFORE_START:
        state = _after_the_answers(facts, today)
    if state is StayState.AGREED and today >= facts.starts_on:
        state = StayState.RUNNING
    if state is StayState.RUNNING and today >= facts.ends_on:
        is_early = facts.ends_on < facts.planned_ends_on
        state = StayState.ENDED_EARLY if is_early else StayState.ENDED
    return state


def _after_the_answers(facts: Facts, today: date) -> StayState:
    if facts.verdict is Verdict.REFUSED:
        return StayState.DECLINED
    was_agreed = facts.state is StayState.AGREED and facts.verdict is Verdict.AGREED
    if today >= facts.ends_on and not was_agreed:
        return StayState.CANCELLED
    return StayState.AGREED if facts.verdict is Verdict.AGREED else StayState.PROPOSED


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


class Hitch(StrEnum):
    """Where a stay is stuck; each names who should act."""

    CONSENT_LATE = "consent_late"
    START_NEAR = "start_near"
    SHEET_EMPTY = "sheet_empty"
    GOALS_MISSING = "goals_missing"
    CHECK_IN_LATE = "check_in_late"
    DEBRIEF_LATE = "debrief_late"
    SEAT_FREE = "seat_free"


HITCH_LABELS = {
    Hitch.CONSENT_LATE: N_("An answer is overdue"),
    Hitch.START_NEAR: N_("Starts soon and is not agreed"),
    Hitch.SHEET_EMPTY: N_("The practical sheet is empty"),
    Hitch.GOALS_MISSING: N_("Fewer than two learning goals"),
    Hitch.CHECK_IN_LATE: N_("A check-in is overdue"),
    Hitch.DEBRIEF_LATE: N_("A debrief is missing"),
    Hitch.SEAT_FREE: N_("The seat is free: plan anew"),
}
NEAR = timedelta(days=14)
PATIENCE = timedelta(days=4)  # a check-in this late is stuck
DEBRIEF_PATIENCE = timedelta(days=14)
DEBRIEFS_MATTER = timedelta(days=120)  # older ones will not be written any more


@dataclass(frozen=True, slots=True)
class Progress:
    """What there is of a stay so far.

    `answer_due` is the last day of the consent being asked, `open_check_in` the day of the
    earliest check-in not held; both None when there is none. `debriefs` counts sides, of three.
    """

    state: StayState
    starts_on: date
    ends_on: date
    answer_due: date | None = None
    open_check_in: date | None = None
    goals: int = 0
    debriefs: int = 0
    has_sheet: bool = False
    seat_settled: bool = False


def hitches(progress: Progress, today: date) -> tuple[Hitch, ...]:
    """Where a stay is stuck today, most urgent first; empty when all goes its way."""
    if progress.state in FREED:
        is_open = not progress.seat_settled and progress.ends_on > today
        return (Hitch.SEAT_FREE,) if is_open else ()
    if progress.state in OVER:
        return _hitches_after(progress, today)
    return _hitches_before(progress, today) + _hitches_inside(progress, today)


def _hitches_before(progress: Progress, today: date) -> tuple[Hitch, ...]:
    found = []
    if progress.state is StayState.PROPOSED:
        if progress.answer_due is not None and today > progress.answer_due:
            found.append(Hitch.CONSENT_LATE)
        if progress.starts_on - today <= NEAR:
            found.append(Hitch.START_NEAR)
    return tuple(found)


def _hitches_inside(progress: Progress, today: date) -> tuple[Hitch, ...]:
    found = []
    if progress.state is StayState.PROPOSED or progress.starts_on - today > NEAR:
        return ()
    if not progress.has_sheet:
        found.append(Hitch.SHEET_EMPTY)
    if progress.goals < FEWEST_GOALS:
        found.append(Hitch.GOALS_MISSING)
    if progress.open_check_in is not None and today > progress.open_check_in + PATIENCE:
        found.append(Hitch.CHECK_IN_LATE)
    return tuple(found)


def _hitches_after(progress: Progress, today: date) -> tuple[Hitch, ...]:
    waited = today - progress.ends_on
    is_late = DEBRIEF_PATIENCE < waited <= DEBRIEFS_MATTER
    return (Hitch.DEBRIEF_LATE,) if is_late and progress.debriefs < SIDES else ()
