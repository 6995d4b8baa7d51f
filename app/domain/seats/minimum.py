"""Whether enough people come: a warning before the day of decision, a reminder from it on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from app.domain.seats.moments import working_days_from

WARN_WORKING_DAYS = 3


class MinimumStanding(StrEnum):
    """What the number of bookings asks for today."""

    QUIET = "quiet"
    WARN = "warn"  # too few, and the day of decision is near
    DECIDE = "decide"  # too few on the day of decision or later: confirm or call off
    CONFIRM = "confirm"  # enough on the day of decision: it takes place


def minimum_standing(
    *,
    booked: int,
    minimum: int,
    decide_on: date | None,
    today: date,
    holidays: Collection[date],
) -> MinimumStanding:
    """What is to be done about the minimum of an announced gathering.

    `booked` counts people who are sure of their seat. The warning comes from three working days
    before `decide_on`, the decision from that day on, both on the site's calendar. Nothing is
    ever called off by itself.
    """
    if decide_on is None:
        return MinimumStanding.QUIET
    enough = booked >= minimum
    if today >= decide_on:
        return MinimumStanding.CONFIRM if enough else MinimumStanding.DECIDE
    warn_on = working_days_from(decide_on, -WARN_WORKING_DAYS, holidays)
    return MinimumStanding.QUIET if enough or today < warn_on else MinimumStanding.WARN
