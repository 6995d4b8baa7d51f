"""What was started for an action, where it stands, and what its owner does next.

An action may be started more than once (four trips in a quarter). What was called off counts no
longer, so the choice is open again; nothing closes an action but somebody who says what came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.domain.seats import GatheringState
from app.domain.stays import LIVE, OVER, StayState

LONGEST_SITTING = 480  # minutes
LATEST = 22 * 60  # minutes after midnight at which a sitting ends at the latest
FRIDAY = 5


class Stage(StrEnum):
    """How far something that was started has come."""

    DRAFTED = "drafted"  # not announced yet
    ANNOUNCED = "announced"  # people can book or apply
    UNDER_WAY = "under_way"
    TOOK_PLACE = "took_place"
    CALLED_OFF = "called_off"  # or withdrawn, or nobody came of it


class NextStep(StrEnum):
    """What an action asks for."""

    START = "start"
    WAIT = "wait"
    SAY_WHAT_CAME = "say_what_came"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Started:
    """One thing that was started: `kind` is rotation, trip or session.

    `on` is the day its stage speaks of, None where there is none. `path` is its own page, empty
    where it has none for everybody. `key` tells it from the others ("gathering:12").
    """

    key: str
    kind: str
    title: str
    stage: Stage
    on: date | None
    path: str
    started_at: datetime

    @property
    def is_live(self) -> bool:
        """Whether it still counts."""
        return self.stage is not Stage.CALLED_OFF


@dataclass(frozen=True, slots=True)
class Facts:
    """What a date shows of itself; days are local at its site, `taken` seats that were taken."""

    state: GatheringState
    starts_on: date
    ends_on: date
    taken: int


@dataclass(frozen=True, slots=True)
class StayFacts:
    """What a stay shows of itself: days `[starts_on, ends_on)`."""

    state: StayState
    starts_on: date
    ends_on: date


def next_step(started: Iterable[Started], *, is_planned: bool) -> NextStep:
    """What to do about an action: start it, wait, or say what came of it.

    As long as something is still to come the owner waits, even when other dates are over.
    """
    if not is_planned:
        return NextStep.NOTHING
    stages = {one.stage for one in started if one.is_live}
    if not stages:
        return NextStep.START
    return NextStep.SAY_WHAT_CAME if stages == {Stage.TOOK_PLACE} else NextStep.WAIT


def stage_of_date(facts: Facts, today: date) -> tuple[Stage, date]:
    """Where a session or trip stands on a day, and the day to name beside it.

    A date to which nobody came has brought nobody together, and counts as called off.
    """
    is_over = facts.state is GatheringState.OVER or facts.ends_on < today
    if facts.state is GatheringState.CALLED_OFF or (is_over and not facts.taken):
        return Stage.CALLED_OFF, facts.starts_on
    if facts.state is GatheringState.DRAFT:
        return Stage.DRAFTED, facts.starts_on
    if is_over:
        return Stage.TOOK_PLACE, facts.ends_on
    is_now = facts.starts_on < today
    return (Stage.UNDER_WAY if is_now else Stage.ANNOUNCED), facts.starts_on


def stage_of_placement(
    *, is_draft: bool, is_withdrawn: bool, is_round_over: bool, stays: Collection[StayFacts]
) -> tuple[Stage, date | None]:
    """Where a placement stands through its stays, and the day to name beside it.

    A stay that runs or is over speaks before one that is agreed. A round that ends without a stay
    has called the placement off, and so has a withdrawal before anybody came.
    """
    over = [one.ends_on for one in stays if one.state in OVER]
    live = [one for one in stays if one.state in LIVE]
    running = [one.starts_on for one in live if one.state is StayState.RUNNING]
    if running:
        return Stage.UNDER_WAY, min(running)
    if live:
        return Stage.ANNOUNCED, min(one.starts_on for one in live)
    if over:
        return Stage.TOOK_PLACE, max(over)
    if is_withdrawn or is_round_over:
        return Stage.CALLED_OFF, None
    return (Stage.DRAFTED if is_draft else Stage.ANNOUNCED), None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting of a course on the wall clock of its site."""

    day: date
    starts: time
    ends: time


def sittings(first: date, starts: time, minutes: int) -> list[Sitting]:
    """A course of so many minutes (from 1), on working days from `first` on at the same hour.

    Each day holds eight hours at most and ends by 22 o'clock; `starts` lies before that.
    """
    begins = starts.hour * 60 + starts.minute
    most = min(LONGEST_SITTING, LATEST - begins)
    found, day, left = [], first, minutes
    while left > 0:
        ends = begins + min(left, most)
        found.append(Sitting(day, starts, time(ends // 60, ends % 60)))
        left -= most
        day += timedelta(days=3 if day.isoweekday() == FRIDAY else 1)
    return found


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when a drafted date is booked, and from when on held seats are anybody's."""

    closes_on: date
    release_on: date


def terms(first: date, today: date) -> Terms:
    """Booking ends a week before the first day, or the day before where that is near.

    Held seats come free a week before booking ends, or with it.
    """
    is_far = first - today > timedelta(days=14)
    closes_on = first - timedelta(days=7 if is_far else 1)
    release_on = closes_on - timedelta(days=7)
    return Terms(closes_on, release_on if release_on > today else closes_on)


def shared(seats: int, departments: Collection[int]) -> dict[int, int]:
    """How many seats each side of a pair keeps: half each, or all for the one they share."""
    kept = seats // len(set(departments))
    return dict.fromkeys(sorted(set(departments)), kept)
