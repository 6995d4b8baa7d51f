"""End a running stay before its planned last day, without blame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.stays import NotRunning, StayState, last_day_chosen
from app.domain.timespan import ONE_DAY
from app.rotations.models import Stay
from app.rotations.queries.stays.days import calendar_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.agenda import plan_check_ins, take_the_time


@dataclass(frozen=True, slots=True)
class EarlyEnd:
    """`last_day` is the last day of the stay; `note` is optional, neutral, and read by HR only."""

    last_day: date
    note: str = ""


def end_early(session: Session, stay: Stay, wish: EarlyEnd, *, by: int, at: datetime) -> Stay:
    """End a running stay on a day of its rest; with today it is over at once.

    No reason is asked for. The person's time after that day is free, and everybody concerned is
    told. Raises NotRunning, OutsideTheStay.
    """
    if stay.state is not StayState.RUNNING:
        raise NotRunning
    calendar = calendar_of(session, stay.person_id)
    today = calendar.day_of(at)
    stay.ends_on = last_day_chosen(wish.last_day, today=today, ends_on=stay.ends_on)
    stay.ended_by, stay.note_to_hr = by, wish.note
    plan_check_ins(stay, calendar)
    is_over = stay.ends_on == today + ONE_DAY
    if is_over:
        stay.state, stay.ended_at = StayState.ENDED_EARLY, at
    session.flush()  # the version the notices are named by
    take_the_time(session, stay, calendar, at=at)
    record(
        session,
        AuditKind.STAY_ENDED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        last_day=wish.last_day.isoformat(),
    )
    notices.ends_earlier(session, stay, today=today, at=at)
    if is_over:
        notices.debrief_opened(session, stay, today=today, at=at)
    return stay
