"""When what is possible: windows, the last moment to cancel, the end of requests and offers.

Working days are Monday to Friday without the public holidays of the gathering's site. Days are
counted on the site's wall clock and give exact UTC instants.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.timespan import ONE_DAY, SkippedHour, from_local

REQUEST_WORKING_DAYS = 5
FIRST_WORKING_DAYS = 3  # seats are kept for those who keep a rank
OFFER_BEFORE_START = timedelta(hours=72)
LONGEST_OFFER = timedelta(hours=24)
SHORTEST_OFFER = timedelta(hours=1)
GIVE_BACK_WITHIN = timedelta(hours=24)  # after the list moved somebody up without asking
FRIDAY = 5
MOST_DAYS = 400  # a calendar of holidays only would never end


class Stage(StrEnum):
    """How a free seat reaches the waiting list."""

    AUTOMATIC = "automatic"
    OFFER = "offer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Window:
    """UTC instants of one gathering; booking is open in `[opens_at, closes_at)`."""

    opens_at: datetime
    closes_at: datetime
    starts_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether seats can be booked now."""
        return self.opens_at <= at < self.end

    @property
    def end(self) -> datetime:
        """Booking never outlasts the start."""
        return min(self.closes_at, self.starts_at)


def stage(window: Window, at: datetime) -> Stage:
    """Far from the start people move up by themselves, within 72 hours they are asked.

    After the booking close a seat that comes free stays free.
    """
    if at >= window.end:
        return Stage.NONE
    return Stage.OFFER if window.starts_at - at <= OFFER_BEFORE_START else Stage.AUTOMATIC


def offer_expiry(window: Window, at: datetime) -> datetime:
    """Until when an offer made now stands.

    Half of the time left until the booking close, so that the next in line has a chance as well;
    at least an hour, at most 24, never beyond the close.
    """
    left = window.end - at
    return at + min(max(left / 2, SHORTEST_OFFER), LONGEST_OFFER, left)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether people of the site work on this day."""
    return day.isoweekday() <= FRIDAY and day not in holidays


def working_days_from(day: date, count: int, holidays: Collection[date]) -> date:
    """The day `count` working days after `day`, or before it when `count` is negative.

    0 gives the day itself. Raises ValueError when a year and more holds too few working days.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    for _ in range(MOST_DAYS):
        if not left:
            return day
        day += step
        left -= is_working_day(day, holidays)
    raise ValueError("there are too few working days")


def cancel_until(
    starts_at: datetime, days: int, *, zone: ZoneInfo, holidays: Collection[date]
) -> datetime:
    """The UTC instant until which a seat can be given back without asking.

    `days` working days before the start, at the same time on the site's wall clock; 0 means the
    start itself. A start on Thursday at 9:00 with 3 days gives Monday, 9:00.
    """
    local = starts_at.astimezone(zone)
    day = working_days_from(local.date(), -days, holidays)
    return min(_instant(day, local.time(), zone), starts_at) if days else starts_at


def request_expiry(
    at: datetime, *, starts_at: datetime, zone: ZoneInfo, holidays: Collection[date]
) -> datetime:
    """Until when a lead may answer a request made at `at`: 5 working days, at most the start."""
    local = at.astimezone(zone)
    day = working_days_from(local.date(), REQUEST_WORKING_DAYS, holidays)
    return min(_instant(day, local.time(), zone), starts_at)


def first_until(
    window: Window, at: datetime, *, zone: ZoneInfo, holidays: Collection[date]
) -> datetime:
    """Until when seats are kept for those who keep a rank, of a date they hear of at `at`.

    Three working days from then, or from the opening where that comes later; at most half of the
    time until the booking close, so that what they do not want can still be booked.
    """
    begins = max(at, window.opens_at)
    local = begins.astimezone(zone)
    day = working_days_from(local.date(), FIRST_WORKING_DAYS, holidays)
    half = begins + max(window.end - begins, timedelta()) / 2
    return min(_instant(day, local.time(), zone), half)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; one the clocks skip counts as if they had not."""
    wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    try:
        return from_local(wall, zone)
    except SkippedHour:
        return wall.replace(tzinfo=zone).astimezone(UTC)
