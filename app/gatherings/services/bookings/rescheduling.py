"""Move meetings to another time or place."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.agenda.models import Commitment, CommitmentKind
from app.domain.joint_days import booking_closes
from app.domain.moved import Moments, against, moved
from app.domain.refusals import Invalid
from app.domain.seats import BEFORE_IT_STARTS, BOOKABLE, HOLDING, BookingState, cancel_until
from app.domain.seats.refusals import NotBookable, RoomTaken
from app.gatherings.models import Booking, Gathering, Meeting
from app.gatherings.queries.bookings.clashes import who_is_elsewhere
from app.gatherings.queries.bookings.holidays import holidays_before
from app.gatherings.queries.bookings.hosting import host_team_of
from app.gatherings.queries.bookings.rooms import rooms_taken
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import (
    ASKED_FOR,
    ELSEWHERE,
    FIRM,
    ONLY_OFFERED,
    Firmness,
    hold_leaders,
    hold_time,
    kind_of,
)
from app.gatherings.services.bookings.leaders import (
    Leading,
    about_first,
    leaders_of,
    require_leaders_free,
)
from app.gatherings.services.bookings.lines import hold_gathering, hold_people, today_at, zone_of
from app.gatherings.services.bookings.offers import shorten_offers
from app.gatherings.services.bookings.recording import Act, log_bookings, log_gathering
from app.gatherings.services.bookings.sitting import Moved, Sitting

FIRMNESS = {BookingState.REQUESTED: ASKED_FOR, BookingState.OFFERED: ONLY_OFFERED}


def reschedule(
    session: Session, gathering_id: int, sittings: Sequence[Sitting], *, by: int, at: datetime
) -> Moved:
    """Move meetings in time or place; meetings that are not named stay as they are.

    Everybody's time is claimed anew and everybody is told. Who is elsewhere at the new time keeps
    the seat and hears of the clash; all may leave without blame until the start. What hangs on the
    start (close, decision, release of seats, last moment to cancel) moves along, and an offer never
    outlasts the close. Of those who lead, who leads a meeting that moves is told of
    it. Raises NotBookable, LeaderElsewhere or Clash (a trainer or the host), RoomTaken,
    and Invalid for meetings that overlap or lie in the past, and where a moment would be over.
    """
    gathering = hold_gathering(session, gathering_id)
    if gathering.state not in BOOKABLE or gathering.starts_at <= at:
        raise NotBookable
    bookings = _live(session, gathering_id)
    leading = leaders_of(session, gathering)
    leaders = {person_id for _meeting, person_id in leading}
    people = [booking.person_id for booking in bookings]
    hold_people(session, [gathering_id], [*people, *leaders])

    concerned = _concerned(leading, sittings)
    _move_meetings(session, gathering, sittings, at=at)
    require_leaders_free(session, gathering, leading)
    _loosen(session, gathering)
    hold_leaders(session, gathering, at=at)
    elsewhere = _claim_anew(session, gathering, bookings, at=at)
    told = _tell(session, gathering, people, elsewhere, at=at)
    told += _tell_leaders(session, gathering, concerned, at=at)
    act = Act(at, by)
    shorten_offers(session, gathering, act)
    log_gathering(session, gathering_id, act, starts_at=gathering.starts_at.isoformat())
    log_bookings(session, act)
    return Moved(told=told, elsewhere=tuple(sorted(elsewhere)))


def _live(session: Session, gathering_id: int) -> Sequence[Booking]:
    return session.scalars(
        select(Booking)
        .where(Booking.gathering_id == gathering_id, Booking.state.in_(BEFORE_IT_STARTS))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()


def _move_meetings(
    session: Session, gathering: Gathering, sittings: Sequence[Sitting], *, at: datetime
) -> None:
    """Write the new times and places, and what follows from them."""
    by_key = {meeting.id: meeting for meeting in gathering.meetings}
    rooms = [(sitting.room_id, sitting.span) for sitting in sittings]
    if rooms_taken(session, gathering.id, rooms):
        raise RoomTaken
    for sitting in sittings:
        meeting = by_key[sitting.meeting_id]
        meeting.starts_at, meeting.ends_at = sitting.span.start, sitting.span.end
        meeting.room_id = sitting.room_id
        meeting.place, meeting.link = sitting.place, sitting.link
    in_time = sorted(by_key.values(), key=lambda meeting: meeting.starts_at)
    if in_time[0].starts_at <= at or _overlap(in_time):
        raise Invalid
    _move_moments(session, gathering, in_time, at=at)
    flag_modified(gathering, "starts_at")  # another room alone is a new version as well
    session.flush()  # another room's meeting speaks now
    for meeting in in_time:
        session.refresh(meeting, ["room"])


def _overlap(in_time: Sequence[Meeting]) -> bool:
    return any(before.ends_at > after.starts_at for before, after in itertools.pairwise(in_time))


def moments_of(gathering: Gathering) -> Moments:
    """What hangs on its start, as it is now."""
    return Moments(
        gathering.starts_at,
        gathering.opens_at,
        gathering.closes_at,
        gathering.decide_on,
        gathering.release_on,
    )


def _moments_at(gathering: Gathering, starts_at: datetime, *, at: datetime) -> Moments:
    """What would hang on another start; joint days close anew. Raises what stands against it."""
    before, zone = moments_of(gathering), zone_of(gathering)
    after = moved(before, starts_at, zone)
    if gathering.course_id is None:
        return replace(after, closes_at=booking_closes(starts_at, zone, at=at))
    for fault in against(before, after, zone=zone, at=at):
        raise fault.refusal
    return after


def _move_moments(
    session: Session, gathering: Gathering, in_time: Sequence[Meeting], *, at: datetime
) -> None:
    """What hangs on the start moves along, the last moment to cancel is counted anew."""
    after = _moments_at(gathering, in_time[0].starts_at, at=at)
    if after.decide_on != gathering.decide_on:
        gathering.warned_at = None  # HR is warned anew of the new day
    gathering.starts_at, gathering.closes_at = after.starts_at, after.closes_at
    gathering.decide_on, gathering.release_on = after.decide_on, after.release_on
    gathering.ends_at = max(meeting.ends_at for meeting in in_time)
    zone = zone_of(gathering)
    first_day = gathering.starts_at.astimezone(zone).date()
    gathering.cancel_until = cancel_until(
        gathering.starts_at,
        gathering.cancel_days,
        zone=zone,
        holidays=holidays_before(session, gathering.site_id, first_day),
    )


def _concerned(leading: Leading, sittings: Sequence[Sitting]) -> dict[int, list[Meeting]]:
    """Person -> the meetings of theirs that get another time or place."""
    found: dict[int, list[Meeting]] = {}
    wanted = {sitting.meeting_id: sitting for sitting in sittings}
    for meeting, person_id in leading:
        stays = Sitting(meeting.id, meeting.span, meeting.room_id, meeting.place, meeting.link)
        if wanted.get(meeting.id, stays) != stays:
            found.setdefault(person_id, []).append(meeting)
    return found


def _loosen(session: Session, gathering: Gathering) -> None:
    """Let old times of this gathering give way to its new ones before they are claimed."""
    session.execute(
        update(Commitment)
        .where(
            Commitment.kind.in_({kind_of(gathering), CommitmentKind.TEACHING}),
            Commitment.source_id.in_([meeting.id for meeting in gathering.meetings]),
            Commitment.active,
        )
        .values(hard=False)
    )


def _claim_anew(
    session: Session, gathering: Gathering, bookings: Sequence[Booking], *, at: datetime
) -> set[int]:
    """Claim everybody's time at the new moments; gives who is elsewhere then."""
    seated = [booking for booking in bookings if booking.state in HOLDING]
    spans = [meeting.span for meeting in gathering.meetings]
    people = [booking.person_id for booking in seated]
    elsewhere = who_is_elsewhere(session, people, spans)
    firm: list[tuple[Booking, Firmness]] = []
    for booking in seated:
        usual = FIRMNESS.get(booking.state, FIRM)
        firm.append((booking, ELSEWHERE if booking.person_id in elsewhere else usual))
    host_team = host_team_of(session, gathering, today=today_at(gathering, at))
    hold_time(session, gathering, firm, at=at, host_team_id=host_team)
    # No change of a booking's state, so no new version: it stays the person's to decide.
    session.execute(
        update(Booking)
        .where(Booking.id.in_([booking.id for booking in seated]))
        .values(leave_until=gathering.starts_at)
    )
    return elsewhere


def _tell(
    session: Session,
    gathering: Gathering,
    people: Sequence[int],
    elsewhere: set[int],
    *,
    at: datetime,
) -> int:
    key = f"v{gathering.version}:moved"
    told = 0
    for words, to in (
        (notices.MOVED_ELSEWHERE, elsewhere),
        (notices.MOVED, set(people) - elsewhere),
    ):
        told += notices.tell_all(session, gathering, words, to=to, key=key, at=at)
    return told


def _tell_leaders(
    session: Session, gathering: Gathering, concerned: Mapping[int, list[Meeting]], *, at: datetime
) -> int:
    """Who leads hears of the first of their own meetings that moved."""
    key = f"v{gathering.version}:moved"
    told = 0
    for person_id, meetings in sorted(concerned.items()):
        more = about_first(gathering, meetings)
        words = notices.MOVED_LEADER
        told += notices.tell_all(session, gathering, words, to=[person_id], key=key, at=at, **more)
    return told
