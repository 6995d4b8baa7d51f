"""The time of people who take part in a gathering or lead it, as commitments of the agenda."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.agenda.services import Claim, call_off_all, hold_all, release_all
from app.domain.seats import GatheringKind
from app.domain.seats.occasion import Occasion, OneMeeting
from app.gatherings.models import Booking, Gathering, Meeting, MeetingTrainer
from app.gatherings.services.bookings.paths import path_of


@dataclass(frozen=True, slots=True)
class Firmness:
    """How sure it is that the person comes: hard times never overlap.

    `is_new` when the person never held time for this gathering, and `by_feed` when their calendar
    is not told by mail: each saves a look.
    """

    hard: bool
    tentative: bool
    is_new: bool = False
    by_feed: bool = False


FIRM = Firmness(hard=True, tentative=False)
ASKED_FOR = Firmness(hard=True, tentative=True)
ONLY_OFFERED = Firmness(hard=False, tentative=True)
ELSEWHERE = Firmness(hard=False, tentative=False)  # keeps the seat though something else is there


def kind_of(gathering: Occasion) -> CommitmentKind:
    """Which kind of calendar entry its participants get."""
    if gathering.kind is GatheringKind.SESSION:
        return CommitmentKind.SESSION
    return CommitmentKind.TRIP


def hold_time(
    session: Session,
    gathering: Occasion,
    bookings: Sequence[tuple[Booking, Firmness]],
    *,
    at: datetime,
    host_team_id: int | None = None,
) -> None:
    """Hold the meetings' time of people with a seat. At most three statements, however many.

    Raises IntegrityError when one of them must be elsewhere (I3).
    """
    kind = kind_of(gathering)
    claims = [
        _claim(
            gathering,
            meeting,
            kind,
            booking.person_id,
            firmness,
            teams=(booking.home_team_id, host_team_id),
        )
        for booking, firmness in bookings
        for meeting in gathering.meetings
    ]
    are_new = all(firmness.is_new for _booking, firmness in bookings)
    by_feed = all(firmness.by_feed for _booking, firmness in bookings)
    hold_all(session, claims, at=at, are_new=are_new, by_feed=by_feed)


def free_time(
    session: Session, gathering: Gathering, person_ids: Collection[int], *, at: datetime
) -> None:
    """Give the meetings' time back. One statement."""
    sources = [meeting.id for meeting in gathering.meetings]
    release_all(session, kind_of(gathering), sources, person_ids, at=at)


def hold_leaders(session: Session, gathering: Gathering, *, at: datetime) -> None:
    """Hold the time of trainers, or of the host. At most three statements.

    Raises IntegrityError when one of them must be elsewhere (I3); idempotent.
    """
    claims = [
        _claim(gathering, meeting, CommitmentKind.TEACHING, person_id, FIRM)
        for meeting, person_id in trainers_of(session, gathering)
    ]
    hold_all(session, claims, at=at)
    if gathering.host_id is not None:
        host = [
            _claim(gathering, meeting, CommitmentKind.TRIP, gathering.host_id, FIRM)
            for meeting in gathering.meetings
        ]
        hold_all(session, host, at=at)


def call_off_time(
    session: Session, gathering: Gathering, person_ids: Collection[int], *, at: datetime
) -> None:
    """Cancel the time of participants and of those who lead: calendars show the cancellation."""
    sources = [meeting.id for meeting in gathering.meetings]
    people = set(person_ids) | ({gathering.host_id} if gathering.host_id else set())
    call_off_all(session, kind_of(gathering), sources, people, at=at)
    trainers = {person_id for _meeting, person_id in trainers_of(session, gathering)}
    call_off_all(session, CommitmentKind.TEACHING, sources, trainers, at=at)


def trainers_of(session: Session, gathering: Gathering) -> list[tuple[Meeting, int]]:
    """Which person leads which meeting. One statement."""
    by_key = {meeting.id: meeting for meeting in gathering.meetings}
    rows = session.execute(
        select(MeetingTrainer.meeting_id, MeetingTrainer.person_id)
        .where(MeetingTrainer.meeting_id.in_(sorted(by_key)))
        .order_by(MeetingTrainer.meeting_id, MeetingTrainer.person_id)
    )
    return [(by_key[meeting_id], person_id) for meeting_id, person_id in rows]


def where(meeting: OneMeeting) -> str:
    """Where a meeting is: its room, its place in words, or its link."""
    parts = (meeting.room.name if meeting.room else "", meeting.place, meeting.link)
    return ", ".join(part for part in parts if part)


def _title(gathering: Occasion, meeting: OneMeeting) -> str:
    """With its place in the series: "Listening (2/4)"."""
    number = len(gathering.meetings)
    return f"{gathering.title} ({meeting.number}/{number})" if number > 1 else gathering.title


def _claim(
    gathering: Occasion,
    meeting: OneMeeting,
    kind: CommitmentKind,
    person_id: int,
    firmness: Firmness,
    *,
    teams: tuple[int | None, int | None] = (None, None),
) -> Claim:
    return Claim(
        kind=kind,
        source_id=meeting.id,
        person_id=person_id,
        title=_title(gathering, meeting),
        span=meeting.span,
        hard=firmness.hard,
        tentative=firmness.tentative,
        zone=gathering.site.zone,
        location=where(meeting),
        path=path_of(gathering),
        home_team_id=teams[0],
        host_team_id=teams[1],
    )
