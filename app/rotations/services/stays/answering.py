"""Answer a consent: the person, the host lead, HR, the works council, or silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import (
    ConsentParty,
    ConsentState,
    NotYourTurn,
    ReasonMissing,
    answered,
    is_deemed,
)
from app.domain.stays import BEFORE_START, StayState, TooLateForThis, first_day, next_state
from app.rotations.models import Stay
from app.rotations.queries.council_rules import rule_of
from app.rotations.queries.stays.days import WorkCalendar, calendar_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.agenda import give_the_time_back, plan_check_ins, take_the_time
from app.rotations.services.stays.chain import (
    chain_of,
    consent_of,
    facts_of,
    is_agreed,
    touch,
    write,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a party says. `reason` is needed for a refusal by anybody but the person."""

    party: ConsentParty
    state: ConsentState
    by: int | None
    reason: str = ""


def answer(session: Session, stay: Stay, said: Answer, *, at: datetime) -> Stay:
    """Write an answer, ask the next in order, and let the stay follow.

    `stay` comes from `queries.stays.find`. Raises NotYourTurn out of order or after the first
    answer, ReasonMissing; StaleDataError at commit when two answer at once.
    """
    if stay.state is not StayState.PROPOSED:
        raise NotYourTurn
    if _lacks_a_reason(said):
        raise ReasonMissing
    calendar = calendar_of(session, stay.person_id)
    rule = rule_of(session, calendar.country)
    write(
        stay, answered(chain_of(stay), said.party, said.state), rule=rule, calendar=calendar, at=at
    )
    consent = consent_of(stay, said.party)
    consent.answered_at, consent.answered_by, consent.reason = at, said.by, said.reason
    touch(stay)
    record(
        session,
        AuditKind.CONSENT_DECIDED,
        actor_id=said.by,
        subject=f"stay:{stay.id}",
        at=at,
        party=said.party.value,
        answer=said.state.value,
    )
    follow(session, stay, calendar, at=at)
    return stay


def deem(session: Session, stay: Stay, *, at: datetime) -> bool:
    """Let the works council's silence count where the law says so; tells whether it did."""
    is_asked = chain_of(stay).get(ConsentParty.COUNCIL) is ConsentState.ASKED
    if stay.state is not StayState.PROPOSED or not is_asked:
        return False
    consent = consent_of(stay, ConsentParty.COUNCIL)
    calendar = calendar_of(session, stay.person_id)
    rule = rule_of(session, calendar.country)
    if not is_deemed(consent.due_on, calendar.day_of(at), rule):
        return False
    answer(session, stay, Answer(ConsentParty.COUNCIL, ConsentState.DEEMED, by=None), at=at)
    return True


def withdraw(session: Session, stay: Stay, *, by: int, at: datetime) -> Stay:
    """The person steps back before the start, without a reason and at any time until then."""
    if stay.state not in BEFORE_START:
        raise TooLateForThis
    calendar = calendar_of(session, stay.person_id)
    rule = rule_of(session, calendar.country)
    chain = {**chain_of(stay), ConsentParty.PERSON: ConsentState.REFUSED}
    for party, state in chain.items():
        if state is ConsentState.ASKED:
            chain[party] = ConsentState.WAITING
    write(stay, chain, rule=rule, calendar=calendar, at=at)
    consent = consent_of(stay, ConsentParty.PERSON)
    consent.answered_at, consent.answered_by = at, by
    touch(stay)
    record(
        session,
        AuditKind.CONSENT_DECIDED,
        actor_id=by,
        subject=f"stay:{stay.id}",
        at=at,
        party=ConsentParty.PERSON.value,
        answer="withdrawn",
    )
    follow(session, stay, calendar, at=at)
    return stay


def follow(session: Session, stay: Stay, calendar: WorkCalendar, *, at: datetime) -> None:
    """Bring the stay to the state its answers and the day ask for, and tell those affected."""
    before, today = stay.state, calendar.day_of(at)
    if before is StayState.PROPOSED and is_agreed(stay):
        _begin_late_if_needed(stay, calendar, at=at)
    stay.state = next_state(facts_of(stay), today)
    if stay.state is StayState.PROPOSED:
        notices.next_asked(session, stay, today=today, at=at)
        return
    if stay.state is before:
        return
    if stay.state in {StayState.DECLINED, StayState.CANCELLED}:
        stay.ended_at = at
        give_the_time_back(session, stay, at=at)
    elif before is StayState.PROPOSED:
        take_the_time(session, stay, calendar, at=at)
    session.flush()  # the version the notices are named by
    notices.state_changed(session, stay, before=before, today=today, at=at)


def _begin_late_if_needed(stay: Stay, calendar: WorkCalendar, *, at: datetime) -> None:
    """A consent that came after the planned first day moves that day: nobody starts before."""
    start = first_day(stay.starts_on, calendar.day_of(at))
    if start == stay.starts_on or start >= stay.ends_on:
        return
    stay.starts_on = start
    plan_check_ins(stay, calendar)


def _lacks_a_reason(said: Answer) -> bool:
    refused = said.state is ConsentState.REFUSED
    return refused and said.party is not ConsentParty.PERSON and not said.reason.strip()
