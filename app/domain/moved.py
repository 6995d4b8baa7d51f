"""What moves along when a session is moved: its close, its day of decision, its release of seats.

The close keeps its distance to the start; days keep theirs to the first day, on the site's clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.planned import ClosesBeforeItOpens, Fault, ReleasedTooLate
from app.domain.refusals import N_, Invalid


class ClosedByThen(Invalid):
    """Booking would be over without anybody having said so."""

    msgid = N_(
        "The last day to book moves along and would be over already. Please move the session less"
        " far, or first set a later last day to book under “Trainers and terms”."
    )


class DecidedByThen(Invalid):
    """The decision would be overdue at once."""

    msgid = N_(
        "The day of decision moves along and would be %(day)s, which is over. Please move the"
        " session less far, or first set a later day under “Trainers and terms”."
    )


@dataclass(frozen=True, slots=True)
class Moments:
    """What hangs on the start of a gathering; instants are UTC, days those of its site."""

    starts_at: datetime
    opens_at: datetime
    closes_at: datetime
    decide_on: date | None = None
    release_on: date | None = None


def moved(moments: Moments, starts_at: datetime, zone: ZoneInfo) -> Moments:
    """The moments of a gathering that begins at another instant."""
    first, before = (at.astimezone(zone).date() for at in (starts_at, moments.starts_at))
    days = first - before
    return replace(
        moments,
        starts_at=starts_at,
        closes_at=starts_at - (moments.starts_at - moments.closes_at),
        decide_on=moments.decide_on and moments.decide_on + days,
        release_on=moments.release_on and moments.release_on + days,
    )


def against(before: Moments, after: Moments, *, zone: ZoneInfo, at: datetime) -> list[Fault]:
    """Why moments cannot move along at an instant; what was over before may stay over."""
    return list(_against(before, after, zone, at))


def _against(before: Moments, after: Moments, zone: ZoneInfo, at: datetime) -> Iterator[Fault]:
    if after == before:
        return
    today = at.astimezone(zone).date()
    if after.closes_at <= at < before.closes_at:
        yield Fault("closes_on", ClosedByThen())
    elif after.closes_at <= after.opens_at:
        yield Fault("closes_on", ClosesBeforeItOpens())
    days = before.decide_on, after.decide_on
    if days[0] is not None and days[1] is not None and days[1] < today <= days[0]:
        yield Fault("decide_on", DecidedByThen(day=days[1].isoformat()))
    closes_on = after.closes_at.astimezone(zone).date()
    if after.release_on is not None and after.release_on > closes_on:
        yield Fault("release_on", ReleasedTooLate())
