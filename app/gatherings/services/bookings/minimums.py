"""Whether enough people come: warn HR, remind of the decision, or say that it takes place."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.seats import SEATED, GatheringState, MinimumStanding, minimum_standing
from app.domain.timespan import start_of
from app.gatherings.models import Booking, Gathering
from app.gatherings.queries.bookings.holidays import holidays_before
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.announcing import make_certain
from app.gatherings.services.bookings.lines import today_at, zone_of
from app.people.queries.answering import people_of_hr

LOOK_FROM = timedelta(days=30)


def look_at_minimum(session: Session, gathering: Gathering, *, at: datetime) -> bool:
    """Do what the number of bookings asks for today; whether the gathering was confirmed.

    HR is warned once, reminded once on the day of decision; with enough people the gathering is
    confirmed that day. It is never called off by itself.
    """
    if gathering.state is not GatheringState.ANNOUNCED or gathering.decide_on is None:
        return False
    today = today_at(gathering, at)
    if gathering.starts_at <= at or gathering.decide_on - today > LOOK_FROM:
        return False
    booked = _booked(session, gathering)
    standing = minimum_standing(
        booked=booked,
        minimum=gathering.minimum,
        decide_on=gathering.decide_on,
        today=today,
        holidays=holidays_before(session, gathering.site_id, gathering.decide_on),
    )
    if standing is MinimumStanding.CONFIRM:
        make_certain(session, gathering, at=at)
        return True
    if standing is MinimumStanding.WARN and gathering.warned_at is None:
        _tell(session, gathering, notices.TOO_FEW_SOON, booked, "warned", at=at)
        gathering.warned_at = at
    if standing is MinimumStanding.DECIDE and not _was_reminded(gathering):
        _tell(session, gathering, notices.DECIDE_NOW, booked, "decide", at=at)
        gathering.warned_at = at
    return False


def _was_reminded(gathering: Gathering) -> bool:
    """Whether the last word to HR came on the day of decision or later."""
    if gathering.warned_at is None or gathering.decide_on is None:
        return False
    return gathering.warned_at >= start_of(gathering.decide_on, zone_of(gathering))


def _booked(session: Session, gathering: Gathering) -> int:
    counted = select(func.count()).where(
        Booking.gathering_id == gathering.id, Booking.state.in_(SEATED)
    )
    return session.scalar(counted) or 0


def _tell(
    session: Session,
    gathering: Gathering,
    words: notices.Words,
    booked: int,
    key: str,
    *,
    at: datetime,
) -> None:
    people = people_of_hr(session, today=today_at(gathering, at))
    notices.tell_all(
        session,
        gathering,
        words,
        to=people,
        key=f"{key}:{gathering.decide_on}",
        at=at,
        booked=booked,
        minimum=gathering.minimum,
        until=start_of(gathering.decide_on, zone_of(gathering))
        if gathering.decide_on
        else gathering.starts_at,
    )
