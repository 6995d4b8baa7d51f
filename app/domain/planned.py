"""What is planned for a session, and what the plan itself already rules out.

Spans are UTC; days are those of the site's wall clock. Nothing here looks at rooms or people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.refusals import N_, Invalid
from app.domain.timespan import Timespan


class MeetingMissing(Invalid):
    """A session takes place at least once."""

    msgid = N_("Please enter at least one meeting.")


class MeetingsOverlap(Invalid):
    """Nobody can be in two meetings at once."""

    msgid = N_("This meeting overlaps another one of the same session.")


class BeginsInThePast(Invalid):
    """What is planned lies ahead."""

    msgid = N_("This meeting would begin in the past.")


class PlaceMissing(Invalid):
    """People must know where to go."""

    msgid = N_("Please choose a room, or enter a place or a link.")


class MinimumAboveSeats(Invalid):
    """A session that needs more people than it has seats can never take place."""

    msgid = N_("There cannot be more needed than there are seats.")


class DayMissing(Invalid):
    """A minimum is decided on a day."""

    msgid = N_("Please say on which day it is decided whether enough people come.")


class DecidedTooLate(Invalid):
    """People must hear before they set out."""

    msgid = N_("This must be decided before the day of the first meeting.")


class MoreHeldThanSeats(Invalid):
    """Departments cannot be kept more seats than there are."""

    msgid = N_("More seats are held than there are.")


class ReleaseMissing(Invalid):
    """Held seats become free for everybody at some time."""

    msgid = N_("Please say from which day on held seats are free for everybody.")


class ReleasedTooLate(Invalid):
    """Seats released after the booking close would stay empty."""

    msgid = N_("Held seats must be free for everybody before booking closes.")


class ClosesBeforeItOpens(Invalid):
    """Booking is open for a while."""

    msgid = N_("Booking must close after it opens.")


class ClosesAfterTheStart(Invalid):
    """Nobody books what has begun."""

    msgid = N_("Booking must close by the day of the first meeting.")


class ClosedAlready(Invalid):
    """Nobody could book: the last day on which they could is over."""

    msgid = N_("Booking would be closed already: this day is over.")


class DecidedAlready(Invalid):
    """What is decided later is decided on a day to come."""

    msgid = N_("This day is over. Please choose one to come.")


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """One sitting: when, led by whom, and where (a room by its key, a text, a link, or some)."""

    span: Timespan
    room_id: int | None = None
    place: str = ""
    link: str = ""
    trainers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """All that HR says about a session before it is announced; `held` is department -> seats."""

    language: str
    site_id: int
    note: str
    meetings: tuple[PlannedMeeting, ...]
    capacity: int
    minimum: int
    decide_on: date | None
    opens_at: datetime
    closes_at: datetime
    cancel_days: int
    needs_approval: bool
    release_on: date | None
    held: Mapping[int, int] = field(default_factory=dict)

    @property
    def starts_at(self) -> datetime:
        """When the first meeting begins."""
        return min(meeting.span.start for meeting in self.meetings)

    @property
    def ends_at(self) -> datetime:
        """When the last meeting ends."""
        return max(meeting.span.end for meeting in self.meetings)

    @property
    def trainers(self) -> frozenset[int]:
        """Everybody who leads at least one of its meetings."""
        return frozenset().union(*(meeting.trainers for meeting in self.meetings))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a plan cannot be kept: the field it is about and, where it is one, the meeting.

    Meetings count from 0 in the order they were entered.
    """

    field: str
    refusal: Invalid
    meeting: int | None = None


def faults(plan: SessionPlan, *, zone: ZoneInfo, at: datetime) -> list[Fault]:
    """All that the plan itself rules out, at an instant and on the wall clock of the site."""
    if not plan.meetings:
        return [Fault("meetings", MeetingMissing())]
    return [*_of_meetings(plan, at), *_of_seats(plan), *_of_days(plan, zone, at)]


def _of_meetings(plan: SessionPlan, at: datetime) -> list[Fault]:
    found = []
    for number, meeting in enumerate(plan.meetings):
        if meeting.span.start <= at:
            found.append(Fault("day", BeginsInThePast(), number))
        if not (meeting.room_id or meeting.place or meeting.link):
            found.append(Fault("room_id", PlaceMissing(), number))
        if any(meeting.span.overlaps(other.span) for other in plan.meetings[:number]):
            found.append(Fault("starts", MeetingsOverlap(), number))
    return found


def _of_seats(plan: SessionPlan) -> list[Fault]:
    found = []
    if plan.minimum > plan.capacity:
        found.append(Fault("minimum", MinimumAboveSeats()))
    if plan.minimum and plan.decide_on is None:
        found.append(Fault("decide_on", DayMissing()))
    if sum(plan.held.values()) > plan.capacity:
        found.append(Fault("capacity", MoreHeldThanSeats()))
    if plan.held and plan.release_on is None:
        found.append(Fault("release_on", ReleaseMissing()))
    return found


def _of_days(plan: SessionPlan, zone: ZoneInfo, at: datetime) -> list[Fault]:
    return [*_of_decision(plan, zone, at), *_of_booking(plan, zone, at)]


def _of_decision(plan: SessionPlan, zone: ZoneInfo, at: datetime) -> list[Fault]:
    if plan.decide_on is None:
        return []
    if plan.decide_on >= plan.starts_at.astimezone(zone).date():
        return [Fault("decide_on", DecidedTooLate())]
    if plan.decide_on < at.astimezone(zone).date():
        return [Fault("decide_on", DecidedAlready())]
    return []


def _of_booking(plan: SessionPlan, zone: ZoneInfo, at: datetime) -> list[Fault]:
    found = []
    if plan.closes_at <= plan.opens_at:
        found.append(Fault("closes_on", ClosesBeforeItOpens()))
    elif plan.closes_at <= at:
        found.append(Fault("closes_on", ClosedAlready()))
    if plan.closes_at > plan.starts_at:
        found.append(Fault("closes_on", ClosesAfterTheStart()))
    if plan.release_on is not None and plan.release_on > plan.closes_at.astimezone(zone).date():
        found.append(Fault("release_on", ReleasedTooLate()))
    return found
