"""Change a stay before it starts: move it, cancel it, look after the seat it left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import ConsentState, asked_again, needs_council
from app.domain.stays import BEFORE_START, FREED, StayState, TooLateForThis
from app.rotations.models import Placement, Stay
from app.rotations.queries.council_rules import rule_of
from app.rotations.queries.stays.days import calendar_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.agenda import give_the_time_back, plan_check_ins, take_the_time
from app.rotations.services.stays.chain import chain_of, touch, write
from app.rotations.services.stays.opening import days_of, is_on_site


def move_stay(
    session: Session,
    stay: Stay,
    *,
    placement: Placement,
    start_block: int,
    at: datetime,
    by: int | None,
) -> Stay:
    """Give the person another start or another placement (with its host); consents follow.

    `stay` comes from `queries.stays.find` or `load`. Moving to where it already is changes
    nothing. Raises TooLateForThis once the stay runs or is over.
    """
    if stay.state not in BEFORE_START:
        raise TooLateForThis
    same_place = stay.placement_id == placement.id
    days = days_of(stay.round, placement, start_block)
    same_days = (stay.starts_on, stay.planned_ends_on) == (days.start, days.end)
    if same_place and same_days:
        return stay

    calendar = calendar_of(session, stay.person_id)
    rule = rule_of(session, calendar.country)
    council = needs_council(len(days), rule)
    before = chain_of(stay)
    after = asked_again(before, same_place=same_place, same_days=same_days, council=council)
    stay.state = StayState.PROPOSED
    if not same_place:
        _settle_in(stay, placement)
    stay.start_block = start_block
    stay.starts_on, stay.ends_on, stay.planned_ends_on = days.start, days.end, days.end
    _take_questions_back(stay)
    write(stay, after, rule=rule, calendar=calendar, at=at)
    plan_check_ins(stay, calendar)
    touch(stay)
    session.flush()  # the version the notices are named by
    take_the_time(session, stay, calendar, at=at)
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="moved",
        placement=placement.id,
        starts_on=days.start.isoformat(),
        ends_on=days.end.isoformat(),
    )
    notices.moved(session, stay, today=calendar.day_of(at), at=at)
    return stay


def cancel_stay(
    session: Session, stay: Stay, *, at: datetime, by: int | None, replanned: bool = False
) -> Stay:
    """HR takes a place back before the start; a running stay is ended instead.

    `replanned` says that the planning already looked after the seat. Raises TooLateForThis.
    """
    if stay.state not in BEFORE_START:
        raise TooLateForThis
    before = stay.state
    stay.state, stay.ended_at, stay.ended_by = StayState.CANCELLED, at, by
    if replanned:
        stay.freed_seat_done_at = at
    give_the_time_back(session, stay, at=at)
    session.flush()  # the version the notices are named by
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="cancelled",
    )
    today = calendar_of(session, stay.person_id).day_of(at)
    notices.state_changed(session, stay, before=before, today=today, at=at)
    return stay


def settle_freed_seat(session: Session, stay: Stay, *, by: int, at: datetime) -> None:
    """HR says that the seat a declined or cancelled stay left has been looked after."""
    if stay.state not in FREED:
        raise TooLateForThis
    if stay.freed_seat_done_at is not None:
        return
    stay.freed_seat_done_at = at
    record(
        session,
        AuditKind.STAY_CHANGED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        change="freed seat settled",
    )


def _settle_in(stay: Stay, placement: Placement) -> None:
    stay.placement = placement
    stay.host = placement.host
    stay.buddy_id = placement.buddy_id
    stay.share = placement.share
    stay.on_site = is_on_site(placement, stay.person)


def _take_questions_back(stay: Stay) -> None:
    """Somebody who is being asked already is asked anew about the moved stay: time runs anew."""
    for consent in stay.consents:
        if consent.state is ConsentState.ASKED:
            consent.state = ConsentState.WAITING
