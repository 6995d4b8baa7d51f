"""Terms of an announced session that may still change: who leads it, and what it needs by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.planned import SessionPlan
from app.domain.seats import BOOKABLE
from app.domain.seats.refusals import NotBookable
from app.gatherings.models import Gathering
from app.gatherings.services.planning.drafts import BadPlan, Maker
from app.gatherings.services.planning.leading import hand_over, leading, tell_handed_over
from app.gatherings.services.planning.looking import Asked, look
from app.gatherings.services.planning.moves import planned


@dataclass(frozen=True, slots=True)
class Needs:
    """`decide_on` is the day on which the minimum is decided, None without one."""

    minimum: int
    decide_on: date | None
    closes_at: datetime


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
    told, and their time is held or free, of their meetings alone. Raises NotBookable and BadPlan.
    A trainer taken elsewhere at the same moment is an IntegrityError.
    """
    has_begun = gathering.starts_at <= at
    if gathering.state not in BOOKABLE or (has_begun and terms.needs is not None):
        raise NotBookable
    _refuse_faults(session, gathering, terms, Asked(at, maker.locale, 0, but=gathering.id))
    if terms.needs is not None:
        _write(gathering, terms.needs)
    gathering.version += 1  # other trainers are another version of the session
    done = hand_over(session, gathering, terms.leading, at=at)
    tell_handed_over(session, gathering, done, at=at)
    subject, by = f"gathering:{gathering.id}", maker.person_id
    kind = AuditKind.SESSION_PLANNED
    record(session, kind, actor_id=by, subject=subject, at=at, change="terms")


def _write(gathering: Gathering, needs: Needs) -> None:
    if needs.decide_on != gathering.decide_on or needs.minimum != gathering.minimum:
        gathering.warned_at = None  # HR is warned anew of the new day
    gathering.minimum, gathering.decide_on = needs.minimum, needs.decide_on
    gathering.closes_at = needs.closes_at


def _refuse_faults(session: Session, gathering: Gathering, terms: Terms, asked: Asked) -> None:
    """Raise BadPlan for what the new terms bring; what was there before is not looked at."""
    concerned = {"trainers"}
    plan = _wanted(gathering, terms)
    if terms.needs is not None:
        concerned |= {"minimum", "decide_on", "closes_on"}
        needs = terms.needs
        plan = replace(
            plan, minimum=needs.minimum, decide_on=needs.decide_on, closes_at=needs.closes_at
        )
    found = [fault for fault in look(session, plan, asked).faults if fault.field in concerned]
    if found:
        raise BadPlan(tuple(found))


def _wanted(gathering: Gathering, terms: Terms) -> SessionPlan:
    """The session as it stands, led by those who come new."""
    plan = planned(gathering)
    led = tuple(
        replace(one, trainers=terms.leading.get(meeting.id, frozenset()) - leading(meeting))
        for meeting, one in zip(gathering.meetings, plan.meetings, strict=True)
    )
    return replace(plan, meetings=led)
