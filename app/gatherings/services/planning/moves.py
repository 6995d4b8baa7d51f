"""Other times and places for a session that was announced: what stands against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.moved import against, moved
from app.domain.planned import BeginsInThePast, Fault, PlannedMeeting, SessionPlan
from app.gatherings.models import Gathering
from app.gatherings.services.bookings import Sitting, moments_of
from app.gatherings.services.planning.leading import leading
from app.gatherings.services.planning.looking import Asked, Preview, look


def against_move(
    session: Session, gathering: Gathering, meetings: Sequence[PlannedMeeting], asked: Asked
) -> Preview:
    """Rooms, trainers and days that stand against new times, one per meeting and in their order.

    Also why the close, the day of decision or the release of seats cannot move along. Meetings that
    stay where they are may lie in the past. Eight statements.
    """
    led = tuple(
        replace(new, trainers=leading(old))
        for old, new in zip(gathering.meetings, meetings, strict=True)
    )
    preview = look(session, replace(planned(gathering), meetings=led), asked)
    stays = {
        number
        for number, (old, new) in enumerate(zip(gathering.meetings, meetings, strict=True))
        if old.span == new.span
    }
    faults = [
        fault
        for fault in preview.faults
        if fault.meeting is not None
        and not (isinstance(fault.refusal, BeginsInThePast) and fault.meeting in stays)
    ]
    return replace(preview, faults=(*faults, *_of_moments(gathering, meetings, asked.at)))


def _of_moments(
    gathering: Gathering, meetings: Sequence[PlannedMeeting], at: datetime
) -> list[Fault]:
    """Why what hangs on the start cannot move along with it."""
    before, zone = moments_of(gathering), gathering.site.timezone
    starts_at = min(meeting.span.start for meeting in meetings)
    return against(before, moved(before, starts_at, zone), zone=zone, at=at)


def sittings(gathering: Gathering, meetings: Sequence[PlannedMeeting]) -> list[Sitting]:
    """The new times of the meetings that are there, in their order."""
    return [
        Sitting(old.id, new.span, new.room_id, new.place, new.link)
        for old, new in zip(gathering.meetings, meetings, strict=True)
    ]


def planned(gathering: Gathering) -> SessionPlan:
    """The plan of a session as it stands."""
    return SessionPlan(
        language=gathering.language,
        site_id=gathering.site_id,
        note=gathering.note,
        meetings=tuple(
            PlannedMeeting(one.span, one.room_id, one.place, one.link, leading(one))
            for one in gathering.meetings
        ),
        capacity=gathering.wanted_capacity,
        minimum=gathering.minimum,
        decide_on=gathering.decide_on,
        opens_at=gathering.opens_at,
        closes_at=gathering.closes_at,
        cancel_days=gathering.cancel_days,
        needs_approval=gathering.needs_approval,
        release_on=gathering.release_on,
        held={row.department_id: row.seats for row in gathering.held_seats},
    )
