"""Show a draft to everybody, and say later that it takes place for certain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.seats import SEATED, GatheringState
from app.domain.seats.refusals import ClosedByNow, DecidedByNow, NotADraft, NotBookable
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import hold_leaders
from app.gatherings.services.bookings.leaders import leaders_of, require_leaders_free
from app.gatherings.services.bookings.lines import hold_gathering, hold_people, today_at
from app.gatherings.services.bookings.ranks import open_first, who_keep_rank
from app.gatherings.services.bookings.recording import Act, log_gathering


def announce(session: Session, gathering_id: int, *, by: int | None, at: datetime) -> int:
    """Show a draft to everybody; gives how many who waited for a date were told.

    Trainers and hosts are held from now on. Raises NotADraft (also without a meeting to come),
    ClosedByNow, DecidedByNow, LeaderElsewhere or Clash when a trainer or the host is elsewhere.
    """
    gathering = hold_gathering(session, gathering_id)
    if gathering.state is not GatheringState.DRAFT:
        raise NotADraft
    if not gathering.meetings or gathering.starts_at <= at:
        raise NotADraft
    _refuse_what_is_over(gathering, at)
    leading = leaders_of(session, gathering)
    hold_people(session, [], [person_id for _meeting, person_id in leading])
    require_leaders_free(session, gathering, leading)
    hold_leaders(session, gathering, at=at)
    gathering.state = GatheringState.ANNOUNCED
    first = who_keep_rank(session, gathering.course_id)
    if first:
        open_first(session, gathering, at=at, is_new=True)
    session.flush()
    told = _tell_who_waited(session, gathering, first, at=at)
    log_gathering(session, gathering_id, Act(at, by), state=gathering.state.value)
    return told


def _refuse_what_is_over(gathering: Gathering, at: datetime) -> None:
    """A draft may lie about until its days are gone; nobody is told of one they cannot book."""
    if gathering.closes_at <= at:
        raise ClosedByNow
    if gathering.decide_on is not None and gathering.decide_on < today_at(gathering, at):
        raise DecidedByNow


def confirm(session: Session, gathering_id: int, *, by: int | None, at: datetime) -> int:
    """Say that it takes place for certain; gives how many people were told. Raises NotBookable."""
    gathering = hold_gathering(session, gathering_id)
    if gathering.state is not GatheringState.ANNOUNCED:
        raise NotBookable
    told = make_certain(session, gathering, at=at)
    log_gathering(session, gathering_id, Act(at, by), state=gathering.state.value)
    return told


def make_certain(session: Session, gathering: Gathering, *, at: datetime) -> int:
    """As `confirm`, inside an act that holds the gathering and writes the log itself."""
    gathering.state = GatheringState.CONFIRMED
    session.flush()
    people = session.scalars(
        select(Booking.person_id).where(
            Booking.gathering_id == gathering.id, Booking.state.in_(SEATED)
        )
    ).all()
    return notices.tell_all(
        session, gathering, notices.CONFIRMED, to=people, key="confirmed", at=at
    )


def _tell_who_waited(
    session: Session, gathering: Gathering, first: set[int], *, at: datetime
) -> int:
    """Tell who waited for a date; `first` are those for whom seats are kept for some days."""
    if gathering.course_id is None:
        return 0
    waiting = CourseInterest.course_id == gathering.course_id
    people = set(session.scalars(select(CourseInterest.person_id).where(waiting)))
    told, until = 0, gathering.first_until or gathering.opens_at
    for words, to, more in (
        (notices.NEW_DATE_FIRST, first, {"first": until}),
        (notices.NEW_DATE, people - first, {}),
    ):
        told += notices.tell_all(session, gathering, words, to=to, key="announced", at=at, **more)
    session.execute(
        update(CourseInterest)
        .where(waiting)
        .values(told_at=at)
        .execution_options(synchronize_session=False)
    )
    return told
