"""What happens to stays by themselves: begin, end, remind, ask, and count silence as consent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.consent import ConsentState, reminder_is_due
from app.domain.stays import FREED, OVER, CheckInKind, StayState, next_state
from app.rotations.models import CheckIn, Consent, Stay
from app.rotations.queries.stays.days import WorkCalendar, calendar_of
from app.rotations.services.stays import notices
from app.rotations.services.stays.answering import deem, follow
from app.rotations.services.stays.chain import facts_of, touch

SECOND_ASKING = timedelta(days=2)  # a check-in still open then is asked for once more
ASKED_FOR = timedelta(days=14)  # after that nobody is bothered about it any more


def keep(session: Session, stay: Stay, *, at: datetime) -> bool:
    """Do for one stay what the day asks for; tells whether anything was done.

    `stay` comes from `queries.stays.find`. Doing it twice does nothing the second time; two
    workers at once collide in the version of the stay, and one of them starts over.
    """
    calendar = calendar_of(session, stay.person_id)
    today = calendar.day_of(at)
    done = deem(session, stay, at=at)
    done = _move_on(session, stay, calendar, at=at) or done
    done = _remind_consents(session, stay, today=today, at=at) or done
    done = _ask_check_ins(session, stay, today=today, at=at) or done
    if done:
        touch(stay)
    return done


def _move_on(session: Session, stay: Stay, calendar: WorkCalendar, *, at: datetime) -> bool:
    """Begin and end; a stay the worker slept through goes step by step."""
    today, before = calendar.day_of(at), stay.state
    if before in {*OVER, *FREED} or next_state(facts_of(stay), today) is before:
        return False
    if before is StayState.AGREED:
        stay.state = StayState.RUNNING
        session.flush()  # the rule against starts without consent speaks for this step
        if next_state(facts_of(stay), today) is StayState.RUNNING:
            notices.state_changed(session, stay, before=before, today=today, at=at)
    follow(session, stay, calendar, at=at)
    if stay.state in OVER:
        stay.ended_at = at
    record(
        session,
        AuditKind.STAY_ENDED if stay.state in {*OVER, *FREED} else AuditKind.STAY_CHANGED,
        actor_id=None,
        subject=f"stay:{stay.id}",
        at=at,
        change=stay.state.value,
    )
    return True


def _remind_consents(session: Session, stay: Stay, *, today: date, at: datetime) -> bool:
    if stay.state is not StayState.PROPOSED:
        return False
    asked = [consent for consent in stay.consents if _wants_a_reminder(consent, today, at)]
    for consent in asked:
        consent.reminded_at = at
        notices.remind_consent(session, stay, consent, today=today, at=at)
    return bool(asked)


def _wants_a_reminder(consent: Consent, today: date, at: datetime) -> bool:
    if consent.state is not ConsentState.ASKED or consent.reminded_at is not None:
        return False
    is_fresh = consent.asked_at is not None and at - consent.asked_at < timedelta(days=1)
    return reminder_is_due(consent.due_on, today) and not is_fresh


def _ask_check_ins(session: Session, stay: Stay, *, today: date, at: datetime) -> bool:
    due = [check_in for check_in in stay.check_ins if _is_asked_for(stay, check_in, today)]
    asked = False
    for check_in in due:
        is_second = check_in.reminded_at is not None
        if is_second and not _wants_the_second(check_in, today, stay):
            continue
        check_in.reminded_at = at
        notices.check_in_due(session, stay, check_in, again=is_second, at=at)
        asked = True
    return asked


def _is_asked_for(stay: Stay, check_in: CheckIn, today: date) -> bool:
    if check_in.done_at is not None or not check_in.due_on <= today < check_in.due_on + ASKED_FOR:
        return False
    if check_in.kind is CheckInKind.FOLLOW_UP:
        return stay.state in OVER
    return stay.state is StayState.RUNNING


def _wants_the_second(check_in: CheckIn, today: date, stay: Stay) -> bool:
    first = check_in.reminded_at
    second_from = check_in.due_on + SECOND_ASKING
    return first is not None and first.date() < second_from <= today
