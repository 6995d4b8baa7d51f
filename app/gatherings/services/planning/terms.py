"""Terms of an announced session that may still change: who leads it, and what it needs by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.planned import (
    ClosedAlready,
    DecidedAlready,
    Fault,
    MinimumAboveSeats,
    MoreHeldThanSeats,
    SessionPlan,
)
from app.domain.refusals import Invalid
from app.domain.seats import BOOKABLE
from app.domain.seats.refusals import NotBookable
from app.gatherings.models import Gathering
from app.gatherings.services.bookings import shorten_offers
from app.gatherings.services.bookings.lines import lock_gatherings
from app.gatherings.services.bookings.recording import Act, log_bookings
from app.gatherings.services.planning.drafts import BadPlan, Maker
from app.gatherings.services.planning.leading import hand_over, leading, tell_handed_over
from app.gatherings.services.planning.looking import Asked, RoomTooSmall, look
from app.gatherings.services.planning.moves import planned

OF_SEATS = (MinimumAboveSeats, MoreHeldThanSeats)


@dataclass(frozen=True, slots=True)
class Needs:
    """`decide_on` is the day on which the minimum is decided, None without one.

    From `release_on` on held seats are anybody's, None where none are held.
    """

    minimum: int
    decide_on: date | None
    closes_at: datetime
    release_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Who leads which meeting (meeting id -> people), those that are not named as before.

    `needs` are None when they stay as they are.
    """

    leading: Mapping[int, frozenset[int]]
    needs: Needs | None = None


def change_terms(
    session: Session, gathering: Gathering, terms: Terms, maker: Maker, *, at: datetime
) -> None:
    """Change the terms of a session found by `sessions.find`; the caller compared the version.

    Once it has begun, only who leads the meetings to come may change. Trainers who come or go are
    told, and their time is held or free, of their meetings alone; an offer never outlasts an
    earlier close. Raises NotBookable and BadPlan.
    A trainer taken elsewhere at the same moment is an IntegrityError.
    """
    has_begun = gathering.starts_at <= at
    if gathering.state not in BOOKABLE or (has_begun and terms.needs is not None):
        raise NotBookable
    _refuse_faults(session, gathering, terms, Asked(at, maker.locale, 0, but=gathering.id))
    act = Act(at, maker.person_id)
    if terms.needs is not None:
        lock_gatherings(session, [gathering.id])  # nobody is offered a seat meanwhile
        _write(gathering, terms.needs)
        shorten_offers(session, gathering, act)
    gathering.version += 1  # other trainers are another version of the session
    done = hand_over(session, gathering, terms.leading, at=at)
    tell_handed_over(session, gathering, done, at=at)
    subject, by = f"gathering:{gathering.id}", maker.person_id
    kind = AuditKind.SESSION_PLANNED
    record(session, kind, actor_id=by, subject=subject, at=at, change="terms")
    log_bookings(session, act)


def against_seats(
    session: Session, gathering: Gathering, wanted: int, asked: Asked
) -> list[Invalid]:
    """Why a session found by `sessions.find` cannot have so many seats: its rooms, what it needs.

    What stood against it before stands against nothing. Eight statements.
    """
    plan = planned(gathering)
    grows = wanted > gathering.wanted_capacity
    found = look(session, replace(plan, capacity=wanted), asked).faults
    return [
        fault.refusal
        for fault in found
        if (isinstance(fault.refusal, RoomTooSmall) and grows)
        or (isinstance(fault.refusal, OF_SEATS) and not grows)
    ]


def _write(gathering: Gathering, needs: Needs) -> None:
    if needs.decide_on != gathering.decide_on or needs.minimum != gathering.minimum:
        gathering.warned_at = None  # HR is warned anew of the new day
    gathering.minimum, gathering.decide_on = needs.minimum, needs.decide_on
    gathering.closes_at, gathering.release_on = needs.closes_at, needs.release_on


def _refuse_faults(session: Session, gathering: Gathering, terms: Terms, asked: Asked) -> None:
    """Raise BadPlan for what the new terms bring; what was there before is not looked at."""
    concerned = {"trainers"}
    plan = _wanted(gathering, terms)
    if terms.needs is not None:
        concerned |= {"minimum", "decide_on", "closes_on", "release_on"}
        needs = terms.needs
        plan = replace(
            plan,
            minimum=needs.minimum,
            decide_on=needs.decide_on,
            closes_at=needs.closes_at,
            release_on=needs.release_on,
        )
    found = [
        fault
        for fault in look(session, plan, asked).faults
        if fault.field in concerned and not _is_meant(fault, gathering, plan)
    ]
    if found:
        raise BadPlan(tuple(found))


def _is_meant(fault: Fault, gathering: Gathering, plan: SessionPlan) -> bool:
    """Whether HR closes booking at once, or leaves a day of decision that is over as it was."""
    if isinstance(fault.refusal, DecidedAlready):
        return plan.decide_on == gathering.decide_on
    return isinstance(fault.refusal, ClosedAlready)


def _wanted(gathering: Gathering, terms: Terms) -> SessionPlan:
    """The session as it stands, led by those who come new."""
    plan = planned(gathering)
    led = tuple(
        replace(one, trainers=terms.leading.get(meeting.id, frozenset()) - leading(meeting))
        for meeting, one in zip(gathering.meetings, plan.meetings, strict=True)
    )
    return replace(plan, meetings=led)
