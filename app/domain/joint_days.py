"""Rules of field trips and joint days: months, the customer's name, what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.refusals import N_, Invalid, Refusal
from app.domain.timespan import Timespan, start_of

DEBRIEF_WITHIN = timedelta(hours=48)
REMIND_BEFORE = timedelta(hours=24)
REMIND_UNTIL = timedelta(days=7)  # a day that is longer ago is not asked about any more
FORGET_AFTER = timedelta(days=7)
WORTH_WRITING = timedelta(days=14)  # after it was due; later nobody remembers
MOST_PER_MONTH = 31
USUAL_PER_MONTH = 4
MOST_SEATS = 10
MOST_PROMISES = 3


class NotAHost(Refusal):
    """Only the two sides of the programme take each other along."""

    msgid = N_("Joint days are offered by people of Sales and of Marketing.")


class HasAHost(Refusal):
    """Only a day whose host has left is handed over, and only once."""

    msgid = N_("This day has a host.")


class NotOfTheTeam(Invalid):
    """Who takes over belongs to the same team."""

    msgid = N_("Please choose somebody of the same team who is no guest of the day.")


class LimitReached(Refusal):
    """A host stays within the limit they set."""

    msgid = N_("You already offer as many joint days in that month as you set: %(limit)s.")


class LimitOfAnother(Invalid):
    """Who takes over a day stays within their own limit, too."""

    msgid = N_(
        "%(name)s already offers as many joint days in that month as they set: %(limit)s. Please"
        " choose somebody else."
    )


class LiesInThePast(Invalid):
    """What is offered lies ahead."""

    msgid = N_("Please choose a time that lies ahead.")


class NotYetOver(Refusal):
    """One looks back when the day is over."""

    msgid = N_("The debrief opens when the day is over.")


class WrittenAlready(Refusal):
    """Each of those who were there looks back once."""

    msgid = N_("You have already written your debrief.")


class ObservationMissing(Invalid):
    """A debrief says at least one thing."""

    msgid = N_("Please write down at least one observation.")


def month_around(instant: datetime, zone: ZoneInfo) -> Timespan:
    """The calendar month of an instant on a wall clock, as UTC instants."""
    day = instant.astimezone(zone).date()
    first = day.replace(day=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Timespan(start_of(first, zone), start_of(after, zone))


def booking_closes(starts_at: datetime, zone: ZoneInfo, *, at: datetime) -> datetime:
    """Booking ends as the day begins; what is offered on the day itself is open until the start."""
    morning = start_of(starts_at.astimezone(zone).date(), zone)
    return morning if at < morning else starts_at
