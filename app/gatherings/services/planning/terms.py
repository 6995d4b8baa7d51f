"""Terms of an announced session that may still change: who leads it, and what it needs by when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.agenda.services import release_all
from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.refusals import N_
from app.domain.seats import BOOKABLE
from app.domain.seats.refusals import NotBookable
from app.gatherings.models import Gathering, MeetingTrainer
from app.gatherings.services.bookings.claims import hold_leaders
from app.gatherings.services.bookings.notices import Words, tell_all
from app.gatherings.services.planning.drafts import BadPlan, Maker
from app.gatherings.services.planning.looking import Asked, look
from app.gatherings.services.planning.moves import planned

OF_TERMS = frozenset({"trainers", "minimum", "decide_on", "closes_on"})
LEADS_NOW = Words(
    N_("You lead a session: %(what)s"),
    N_("It begins on %(when)s (%(where)s). It stands in your calendar."),
    N_("Look at the session"),
    must_know=True,
)
LEADS_NO_MORE = Words(
    N_("You no longer lead: %(what)s"),
    N_("Somebody else leads it on %(when)s, or nobody yet. Your time is free again."),
    N_("Look at the session"),
    must_know=True,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """`decide_on` is the day on which the minimum is decided, None without one."""

    trainers: frozenset[int]
    minimum: int
    decide_on: date | None
    closes_at: datetime


def change_terms(
    session: Session,
    gathering: Gathering,
    terms: Terms,
    maker: Maker,
    *,
    at: datetime,
) -> None:
    """Change the terms of a session found by `sessions.find`; the caller compared the version.

    Trainers who come or go are told, and their time is held or free. Raises NotBookable and
    BadPlan. A trainer taken elsewhere at the same moment is an IntegrityError.
    """
    if gathering.state not in BOOKABLE or gathering.starts_at <= at:
        raise NotBookable
    _refuse_faults(session, gathering, terms, Asked(at, maker.locale, 0, but=gathering.id))
    before = _leading(gathering)
    if terms.decide_on != gathering.decide_on or terms.minimum != gathering.minimum:
        gathering.warned_at = None  # HR is warned anew of the new day
    gathering.minimum, gathering.decide_on = terms.minimum, terms.decide_on
    gathering.closes_at = terms.closes_at
    gathering.version += 1  # other trainers are another version of the session
    _let_lead(gathering, terms.trainers)
    session.flush()  # the time of those who lead from now on is held by what is stored
    come, gone = terms.trainers - before, before - terms.trainers
    _free(session, gathering, gone, at=at)
    hold_leaders(session, gathering, at=at)
    key = f"v{gathering.version}"
    tell_all(session, gathering, LEADS_NOW, to=come, key=f"{key}:leads", at=at)
    tell_all(session, gathering, LEADS_NO_MORE, to=gone, key=f"{key}:leads-no-more", at=at)
    subject, by = f"gathering:{gathering.id}", maker.person_id
    kind = AuditKind.SESSION_PLANNED
    record(session, kind, actor_id=by, subject=subject, at=at, change="terms")


def _refuse_faults(session: Session, gathering: Gathering, terms: Terms, asked: Asked) -> None:
    """Raise BadPlan for what the new terms bring; what was there before is not looked at."""
    plan = replace(
        planned(gathering),
        trainers=terms.trainers,
        minimum=terms.minimum,
        decide_on=terms.decide_on,
        closes_at=terms.closes_at,
    )
    found = [fault for fault in look(session, plan, asked).faults if fault.field in OF_TERMS]
    if found:
        raise BadPlan(tuple(found))


def _leading(gathering: Gathering) -> frozenset[int]:
    return frozenset(row.person_id for meeting in gathering.meetings for row in meeting.trainers)


def _let_lead(gathering: Gathering, trainers: Collection[int]) -> None:
    for meeting in gathering.meetings:
        kept = [row for row in meeting.trainers if row.person_id in trainers]
        known = {row.person_id for row in kept}
        new = [MeetingTrainer(person_id=key) for key in sorted(set(trainers) - known)]
        meeting.trainers = kept + new


def _free(session: Session, gathering: Gathering, people: Collection[int], *, at: datetime) -> None:
    sources = [meeting.id for meeting in gathering.meetings]
    release_all(session, CommitmentKind.TEACHING, sources, people, at=at)
