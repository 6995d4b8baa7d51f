"""Drafts of sessions: written, changed and thrown away before anybody can book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.domain.planned import Fault, PlannedMeeting, SessionPlan
from app.domain.refusals import N_, Invalid, Refusal, Stale
from app.domain.seats import GatheringKind, GatheringState
from app.gatherings.models import Course, Gathering, HeldSeats, Meeting
from app.gatherings.services.planning.leading import let_lead
from app.gatherings.services.planning.looking import Asked, Preview, look

PLAIN = (
    *("language", "site_id", "note", "minimum", "decide_on", "opens_at", "closes_at"),
    *("cancel_days", "needs_approval", "release_on"),
)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who plans, and the language in which public holidays are named to them."""

    person_id: int
    locale: str


class BadPlan(Invalid):
    """A plan with faults; all of them are told at once."""

    msgid = N_("Please check the plan.")

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


class CourseRetired(Refusal):
    """What is not offered gets no new sessions."""

    msgid = N_("This course is no longer offered. Offer it again before you plan a session.")


class NoDraft(Refusal):
    """Others have seen it; from now on it is moved or called off, never rewritten."""

    msgid = N_("This session was announced. It can be moved or called off, but not rewritten.")


def create(
    session: Session, course: Course, plan: SessionPlan, maker: Maker, *, at: datetime
) -> Gathering:
    """Keep a session as a draft, which holds its rooms.

    Raises CourseRetired and BadPlan. A room taken at the same moment is an IntegrityError.
    """
    if course.retired_on is not None:
        raise CourseRetired
    preview = _looked_at(session, plan, Asked(at, maker.locale, course.minutes))
    made = Gathering(
        kind=GatheringKind.SESSION,
        state=GatheringState.DRAFT,
        course_id=course.id,
        created_by=maker.person_id,
        created_at=at,
        taken=0,
        meetings=[],
        held_seats=[],
    )
    _write(made, course, plan, preview)
    session.add(made)
    _seat(made, plan)
    _meet(made, plan)
    session.flush()  # the rule against two meetings in a room speaks now, not at commit
    _record(session, made, maker.person_id, at, change="drafted")
    return made


def change(
    session: Session,
    gathering: Gathering,
    plan: SessionPlan,
    maker: Maker,
    *,
    opened_on: int,
    at: datetime,
) -> None:
    """Rewrite a draft found by `sessions.find`. Raises Stale, NoDraft and BadPlan."""
    _refuse_stale(gathering, opened_on)
    if gathering.state is not GatheringState.DRAFT or gathering.course is None:
        raise NoDraft
    asked = Asked(at, maker.locale, gathering.course.minutes, but=gathering.id)
    preview = _looked_at(session, plan, asked)
    for meeting in gathering.meetings:
        meeting.active = False
    gathering.version += 1  # another meeting is another version of the session
    session.flush()  # rooms are free before the meetings take their new times in them
    _write(gathering, gathering.course, plan, preview)
    _seat(gathering, plan)
    _meet(gathering, plan)
    session.flush()
    _record(session, gathering, maker.person_id, at, change="changed")


def discard(
    session: Session, gathering: Gathering, *, opened_on: int, by: int, at: datetime
) -> None:
    """Throw a draft away; nobody has seen it but its makers. Raises Stale and NoDraft."""
    _refuse_stale(gathering, opened_on)
    if gathering.state is not GatheringState.DRAFT:
        raise NoDraft
    _record(session, gathering, by, at, change="discarded")
    session.delete(gathering)


def write_note(
    session: Session, gathering: Gathering, note: str, *, opened_on: int, by: int, at: datetime
) -> None:
    """Tell participants what to bring or prepare. Raises Stale."""
    _refuse_stale(gathering, opened_on)
    if gathering.note != note:
        gathering.note = note
        _record(session, gathering, by, at, change="note")


def _refuse_stale(gathering: Gathering, opened_on: int) -> None:
    if gathering.version != opened_on:
        raise Stale


def _looked_at(session: Session, plan: SessionPlan, asked: Asked) -> Preview:
    preview = look(session, plan, asked)
    if preview.faults:
        raise BadPlan(preview.faults)
    return preview


def _write(gathering: Gathering, course: Course, plan: SessionPlan, preview: Preview) -> None:
    for name in PLAIN:
        setattr(gathering, name, getattr(plan, name))
    gathering.title = course.title(plan.language)
    gathering.starts_at, gathering.ends_at = plan.starts_at, plan.ends_at
    gathering.capacity = gathering.wanted_capacity = plan.capacity
    if preview.cancel_until is not None:
        gathering.cancel_until = preview.cancel_until


def _seat(gathering: Gathering, plan: SessionPlan) -> None:
    known = {row.department_id: row for row in gathering.held_seats}
    for department_id, seats in plan.held.items():
        if department_id in known:
            known[department_id].seats = seats
        else:
            gathering.held_seats.append(HeldSeats(department_id=department_id, seats=seats))
    for department_id, row in known.items():
        if department_id not in plan.held:
            gathering.held_seats.remove(row)


def _meet(gathering: Gathering, plan: SessionPlan) -> None:
    """Meetings in the order of their time; rows that are there are used again."""
    planned = sorted(plan.meetings, key=lambda one: one.span)
    for number, one in enumerate(planned, start=1):
        if number > len(gathering.meetings):
            gathering.meetings.append(Meeting(number=number, trainers=[]))
        _sit(gathering.meetings[number - 1], one)
    del gathering.meetings[len(planned) :]


def _sit(meeting: Meeting, planned: PlannedMeeting) -> None:
    meeting.starts_at, meeting.ends_at = planned.span.start, planned.span.end
    meeting.room_id, meeting.place, meeting.link = planned.room_id, planned.place, planned.link
    meeting.active = True
    let_lead(meeting, planned.trainers)


def _record(
    session: Session, gathering: Gathering, by: int, at: datetime, **detail: object
) -> None:
    subject = f"gathering:{gathering.id}"
    record(session, AuditKind.SESSION_PLANNED, actor_id=by, subject=subject, at=at, **detail)
