"""Book: a seat, a question to the lead, or a place on the waiting list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.queueing import KEEPS_RANK, USUAL, first_state
from app.domain.seats import Approval, BookingState, GatheringState, request_expiry
from app.domain.seats.refusals import (
    BookingClosed,
    Clash,
    LeadsIt,
    NotForYou,
    NotOpenYet,
    NotThere,
    PrerequisiteMissing,
)
from app.gatherings.models import Booking
from app.gatherings.queries import deciders
from app.gatherings.queries.bookings.facts import Facts, look_at, missing
from app.gatherings.queries.bookings.holidays import holidays_after
from app.gatherings.queries.bookings.known import KnownGathering
from app.gatherings.queries.bookings.promised import keeps_seats_first
from app.gatherings.queries.bookings.seats import seats_now
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import ASKED_FOR, FIRM, hold_time
from app.gatherings.services.bookings.lines import (
    hold_gathering,
    hold_people,
    lock_gatherings,
    require_bookable,
    today_at,
    window_of,
    zone_of,
)
from app.gatherings.services.bookings.moving_up import forget_interest, move_up
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.paths import path_of
from app.gatherings.services.bookings.recording import Act, first_step, log_bookings
from app.people.models import Person

WORDS = {
    BookingState.BOOKED: notices.BOOKED,
    BookingState.REQUESTED: notices.REQUESTED,
    BookingState.WAITLISTED: notices.WAITING,
}
WORDS_BY_OTHERS = {
    BookingState.BOOKED: notices.BOOKED_BY,
    BookingState.REQUESTED: notices.REQUESTED_BY,
    BookingState.WAITLISTED: notices.WAITING_BY,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One wish for a seat, with what is known about it."""

    gathering: KnownGathering
    facts: Facts
    person_id: int
    act: Act


def book(
    session: Session, gathering_id: int, person_id: int, *, at: datetime, by: int | None = None
) -> Outcome:
    """Give a person a seat, ask their lead for it, or put them on the waiting list.

    Asking again gives the place they hold. `by` is who acts, None for the person; a lead or
    deputy of the home team who books for a member agrees to it by that. Who has to be elsewhere can
    wait, and has no seat until that is gone. Raises NotThere (also for
    a draft), NotBookable, NotOpenYet, BookingClosed, NotForYou, LeadsIt, PrerequisiteMissing,
    Clash. Seven statements for a seat; the row of the gathering is held from the first on.
    """
    lock_gatherings(session, [gathering_id])
    found = look_at(session, gathering_id, person_id, at=at)
    if found is None or found[0].state is GatheringState.DRAFT:
        raise NotThere
    gathering, facts = found
    if facts.live_id is not None:
        held = session.get_one(Booking, facts.live_id)
        return outcome_of(session, held, path=path_of(gathering))
    asked = _Asked(gathering, facts, person_id, Act(at, by or person_id))
    _refuse_what_the_rules_forbid(session, asked)
    others_may_move = facts.list_is_open and gathering.taken < gathering.capacity
    if others_may_move:
        hold_people(session, [gathering_id], [person_id])
    booking = _new_booking(session, asked)
    first_step(session, booking, asked.act)
    if booking.state is not BookingState.WAITLISTED:
        _hold_time(session, booking, asked)
    _tell(session, booking, asked)
    if booking.state is BookingState.WAITLISTED and others_may_move:
        booking = _after_moving_up(session, booking, asked)
    log_bookings(session, asked.act)
    return outcome_of(session, booking, path=path_of(gathering))


def _hold_time(session: Session, booking: Booking, asked: _Asked) -> None:
    facts, usual = asked.facts, FIRM if booking.state is BookingState.BOOKED else ASKED_FOR
    firmness = replace(usual, is_new=not facts.was_here, by_feed=not facts.by_mail)
    claims = [(booking, firmness)]
    hold_time(session, asked.gathering, claims, at=asked.act.at, host_team_id=facts.host_team)


def _after_moving_up(session: Session, booking: Booking, asked: _Asked) -> Booking:
    """The booking as it stands once free seats went to those who wait, perhaps to this one."""
    move_up(session, hold_gathering(session, asked.gathering.id), asked.act)
    return session.get_one(Booking, booking.id)


def _refuse_what_the_rules_forbid(session: Session, asked: _Asked) -> None:
    """Raise the first rule's no. Windows and people are judged at the instant of the act."""
    gathering, facts, at = asked.gathering, asked.facts, asked.act.at
    require_bookable(gathering)
    window = window_of(gathering)
    if at < window.opens_at:
        raise NotOpenYet
    if not window.is_open(at):
        raise BookingClosed
    if facts.leads_it:
        raise LeadsIt
    host_side = facts.host_department
    same_side = host_side is not None and host_side == facts.department_id
    has_left = facts.left_on is not None and facts.left_on <= gathering.ends_at.date()
    if same_side or has_left or not facts.in_audience:
        raise NotForYou
    lacks = missing(session, gathering, asked.person_id) if facts.is_conditional else None
    if lacks is not None:
        raise PrerequisiteMissing(course=lacks)


def _new_booking(session: Session, asked: _Asked) -> Booking:
    """The booking in its first state, not stored yet. Raises Clash for a seat at a taken time."""
    gathering, facts, act = asked.gathering, asked.facts, asked.act
    approval = _approval(session, asked)
    state = first_state(
        free=_free_seats(session, asked), list_is_open=facts.list_is_open, approval=approval
    )
    if state is not BookingState.WAITLISTED and facts.clash is not None:
        raise Clash(what=facts.clash)  # who is elsewhere may wait, and is passed over meanwhile
    if state is BookingState.BOOKED and facts.waits:
        forget_interest(session, gathering, asked.person_id)
    return Booking(
        gathering_id=gathering.id,
        person_id=asked.person_id,
        home_team_id=facts.team_id,
        department_id=facts.department_id,
        state=state,
        approval=approval,
        priority=KEEPS_RANK if facts.rank_from is not None else USUAL,
        joined_at=facts.rank_from or act.at,
        expires_at=_expiry(session, asked) if state is BookingState.REQUESTED else None,
        decided_by=act.by if approval is Approval.GIVEN else None,
        decided_at=act.at if approval is Approval.GIVEN else None,
        created_at=act.at,
        changed_at=act.at,
    )


def _free_seats(session: Session, asked: _Asked) -> int:
    """Seats this person could have; where none is kept for others the locked row says it all."""
    gathering, facts = asked.gathering, asked.facts
    if not facts.holds_seats and not keeps_seats_first(gathering, asked.act.at):
        return gathering.capacity - gathering.taken
    seats = seats_now(session, gathering, at=asked.act.at)
    return seats.free_for(facts.department_id, keeps_rank=facts.rank_from is not None)


def _approval(session: Session, asked: _Asked) -> Approval:
    if not asked.gathering.needs_approval:
        return Approval.NOT_NEEDED
    if asked.act.by == asked.person_id:
        return Approval.PENDING
    return Approval.GIVEN if asked.act.by in _deciders(session, asked) else Approval.PENDING


def _deciders(session: Session, asked: _Asked) -> list[int]:
    today = today_at(asked.gathering, asked.act.at)
    return deciders.deciders(session, asked.facts.team_id, asked.person_id, today=today)


def _expiry(session: Session, asked: _Asked) -> datetime:
    gathering, at = asked.gathering, asked.act.at
    holidays = holidays_after(session, gathering.site_id, today_at(gathering, at))
    return request_expiry(
        at, starts_at=gathering.starts_at, zone=zone_of(gathering), holidays=holidays
    )


def _tell(session: Session, booking: Booking, asked: _Asked) -> None:
    """Tell the person, and ask those who decide."""
    gathering, at, by = asked.gathering, asked.act.at, asked.act.by
    until = booking.expires_at
    if by is None or by == asked.person_id:
        notices.tell_person(session, booking, gathering, WORDS[booking.state], at=at, until=until)
    else:
        words, name = WORDS_BY_OTHERS[booking.state], session.get_one(Person, by).name
        notices.tell_person(session, booking, gathering, words, at=at, until=until, by=name)
    if booking.approval is Approval.PENDING:
        people = _deciders(session, asked)
        notices.tell_leads(session, booking, gathering, notices.LEAD_ASKED, to=people, at=at)
