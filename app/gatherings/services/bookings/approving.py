"""Leads decide: agree to several requests, each with its own fate, or refuse one with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.domain.refusals import Refusal
from app.domain.seats import BOOKABLE, Approval, BookingState
from app.domain.seats.refusals import ElsewhereByNow, NothingToDecide, ReasonMissing
from app.gatherings.models import Booking, Gathering
from app.gatherings.queries.bookings.hosting import host_team_of
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import FIRM, free_time, hold_time
from app.gatherings.services.bookings.lines import (
    bookings_in_line,
    hold_booking,
    hold_gatherings,
    hold_people,
    today_at,
)
from app.gatherings.services.bookings.moving_up import forget_interest, move_up
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.recording import Act, log_bookings, step

ASKED = frozenset({BookingState.REQUESTED, BookingState.WAITLISTED})


@dataclass(frozen=True, slots=True)
class Left:
    """A request that could not be agreed to, and why; it stays as it was."""

    booking_id: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of the requests a lead agreed to together."""

    agreed: list[Outcome]
    left: list[Left]


def approve_each(
    session: Session, booking_ids: Collection[int], *, by: int, at: datetime
) -> Approved:
    """A lead agrees to several requests at once, each for itself; also to people still waiting.

    Who is no longer asked for, or has to be elsewhere by now, is left as they were; the others
    are agreed to all the same. Two deciders at once line up for the gatherings and the people.
    """
    keys = session.scalars(
        select(Booking.gathering_id).where(Booking.id.in_(sorted(booking_ids))).distinct()
    ).all()
    gatherings = {gathering.id: gathering for gathering in hold_gatherings(session, keys)}
    bookings = bookings_in_line(session, booking_ids)
    hold_people(session, gatherings, [booking.person_id for booking in bookings])
    act = Act(at, by)
    gone = set(booking_ids) - {booking.id for booking in bookings}
    left = [Left(key, NothingToDecide()) for key in sorted(gone)]
    agreed: list[Booking] = []
    for booking in bookings:
        key, why = booking.id, _try_to_agree(session, booking, gatherings, act)
        if why is None:
            agreed.append(booking)
        else:
            left.append(Left(key, why))
    waited = {one.gathering_id for one in agreed if one.state is BookingState.WAITLISTED}
    for key in sorted(waited):  # who only lacked the approval may get a seat that is free
        move_up(session, gatherings[key], act)
    log_bookings(session, act, kind=AuditKind.BOOKING_DECIDED)
    return Approved([outcome_of(session, booking) for booking in agreed], left)


def approve(
    session: Session, booking_ids: Collection[int], *, by: int, at: datetime
) -> list[Outcome]:
    """A lead agrees to several requests at once, all or none; also to people still waiting.

    Raises NothingToDecide when one of them is no longer asked for, ElsewhereByNow.
    """
    with session.begin_nested():
        done = approve_each(session, booking_ids, by=by, at=at)
        if done.left:
            raise done.left[0].why
    return done.agreed


def _try_to_agree(
    session: Session, booking: Booking, gatherings: Mapping[int, Gathering], act: Act
) -> Refusal | None:
    """Agree to one request, or say why not, with nothing of it left behind."""
    gathering = gatherings[booking.gathering_id]
    try:
        _require_asked(booking, gathering, act.at)
    except NothingToDecide as refusal:
        return refusal
    try:
        with session.begin_nested():
            _agree(session, booking, gathering, act)
    except IntegrityError:  # the person's time is taken: the database itself says so
        return ElsewhereByNow()
    return None


def decline(session: Session, booking_id: int, *, by: int, reason: str, at: datetime) -> Outcome:
    """A lead or the host refuses a request with a reason; the seat goes to the next in line.

    Raises ReasonMissing, NothingToDecide.
    """
    if not reason.strip():
        raise ReasonMissing
    booking, gathering = hold_booking(session, booking_id)
    _require_asked(booking, gathering, at)
    hold_people(session, [gathering.id], [booking.person_id])
    free_time(session, gathering, [booking.person_id], at=at)
    act = Act(at, by, reason.strip()[:300])
    fields = {"approval": Approval.REFUSED, "expires_at": None, "decided_by": by, "decided_at": at}
    step(session, booking, BookingState.DECLINED, act, **fields)
    words = notices.HOST_DECLINED if by == gathering.host_id else notices.DECLINED
    notices.tell_person(session, booking, gathering, words, at=at)
    move_up(session, gathering, act)
    log_bookings(session, act, kind=AuditKind.BOOKING_DECIDED)
    return outcome_of(session, booking)


def _require_asked(booking: Booking, gathering: Gathering, at: datetime) -> None:
    ended = booking.expires_at is not None and at >= booking.expires_at
    open_ = booking.state in ASKED and booking.approval is Approval.PENDING and not ended
    if not open_ or gathering.state not in BOOKABLE or at >= gathering.starts_at:
        raise NothingToDecide


def _agree(session: Session, booking: Booking, gathering: Gathering, act: Act) -> None:
    """A request becomes a booking; who waits is agreed to and keeps the place."""
    decided = {"approval": Approval.GIVEN, "decided_by": act.by, "decided_at": act.at}
    if booking.state is BookingState.WAITLISTED:
        step(session, booking, BookingState.WAITLISTED, act, **decided)
        words = notices.APPROVED_WAITING
    else:
        today = today_at(gathering, act.at)
        host_team = host_team_of(session, gathering, today=today)
        hold_time(session, gathering, [(booking, FIRM)], at=act.at, host_team_id=host_team)
        forget_interest(session, gathering, booking.person_id)
        step(session, booking, BookingState.BOOKED, act, expires_at=None, **decided)
        words = notices.APPROVED
    notices.tell_person(session, booking, gathering, words, at=act.at)
