"""The rank people keep for the next date of a course, and what it gives them there.

Whoever had a seat in a session that was called off, or waited for one until it began, keeps when
they joined. On other dates they come first on the list, and for some working days seats are kept
for them: from then on where the date is announced, else once it is. Taking a seat, leaving a list
and turning an offer down use the rank up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.domain.queueing import KEEPS_RANK
from app.domain.seats import BOOKABLE, BookingState, GatheringState, first_until
from app.domain.seats.refusals import NotThere
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.queries.bookings.holidays import holidays_after
from app.gatherings.queries.bookings.promised import who_could_come
from app.gatherings.services.bookings.lines import hold_gatherings, today_at, window_of, zone_of

TO_COME = BOOKABLE | {GatheringState.DRAFT}


def hold_with_others(
    session: Session, gathering_id: int, *, at: datetime
) -> tuple[Gathering, list[Gathering]]:
    """Lock it together with the other dates of its course; gives those that can still be booked.

    Those are in order of time. Drafts line up as well: one that is announced in this very moment
    learns who comes first. Raises NotThere.
    """
    keys = [gathering_id, *siblings(session, gathering_id, at=at)]
    held = {one.id: one for one in hold_gatherings(session, keys)}
    if gathering_id not in held:
        raise NotThere
    gathering = held.pop(gathering_id)
    others = [one for one in held.values() if one.state in BOOKABLE and at < window_of(one).end]
    return gathering, sorted(others, key=lambda one: (one.starts_at, one.id))


def come_first(
    session: Session,
    gathering: Gathering,
    bookings: Collection[Booking],
    others: Collection[Gathering],
    *,
    at: datetime,
) -> dict[int, list[Gathering]]:
    """Who did not get to the course comes first on its next dates, also on `others`.

    Free seats of those are kept for them from now on. Gives person -> those of `others` on which
    they could come, in their order. All of them are held, and the people.
    """
    if gathering.course_id is None or not bookings:
        return {}
    _keep_rank(session, gathering, gathering.course_id, bookings, at=at)
    for other in others:
        open_first(session, other, at=at)
    session.flush()
    by_key = {one.id: one for one in others}
    people = [booking.person_id for booking in bookings]
    found = who_could_come(session, by_key, people, at=at)
    return {person_id: [by_key[key] for key in keys] for person_id, keys in found.items()}


def _keep_rank(
    session: Session,
    gathering: Gathering,
    course_id: int,
    bookings: Collection[Booking],
    *,
    at: datetime,
) -> None:
    """They keep when they joined. Two statements per person, and one.

    Who waits for another date already comes first there.
    """
    _come_first(session, gathering, [booking.person_id for booking in bookings], at=at)
    for booking in bookings:
        joined = booking.joined_at
        key = {"course_id": course_id, "person_id": booking.person_id}
        rank = {"rank_from": joined, "ranked_at": at}
        if insert_ignoring_twins(session, CourseInterest, **key, since=joined, **rank):
            continue
        wish = session.get_one(CourseInterest, (course_id, booking.person_id))
        wish.since = min(wish.since, joined)
        wish.rank_from, wish.ranked_at = min(wish.rank_from or joined, joined), at


def _come_first(
    session: Session, gathering: Gathering, person_ids: Collection[int], *, at: datetime
) -> None:
    """Move people to the head of the lists of other dates; no new version, as nothing else changes.

    Nobody else writes these rows meanwhile: their people are locked.
    """
    others = select(Gathering.id).where(
        Gathering.course_id == gathering.course_id,
        Gathering.id != gathering.id,
        Gathering.starts_at > at,
    )
    session.execute(
        update(Booking)
        .where(
            Booking.gathering_id.in_(others),
            Booking.person_id.in_(sorted(person_ids)),
            Booking.state == BookingState.WAITLISTED,
        )
        .values(priority=KEEPS_RANK)
    )


def use_up_rank(session: Session, gathering: Gathering, person_ids: Collection[int]) -> None:
    """Who gave a place back keeps none for a next date; they still hear of it.

    One statement, none for trips.
    """
    if gathering.course_id is None or not person_ids:
        return
    session.execute(
        update(CourseInterest)
        .where(
            CourseInterest.course_id == gathering.course_id,
            CourseInterest.person_id.in_(sorted(person_ids)),
            CourseInterest.rank_from.is_not(None),
        )
        .values(rank_from=None, ranked_at=None)
        .execution_options(synchronize_session=False)
    )


def who_keep_rank(session: Session, course_id: int | None) -> set[int]:
    """Who comes first on the next date of a course. At most one statement."""
    if course_id is None:
        return set()
    kept = CourseInterest.course_id == course_id, CourseInterest.rank_from.is_not(None)
    return set(session.scalars(select(CourseInterest.person_id).where(*kept)))


def siblings(session: Session, gathering_id: int, *, at: datetime) -> Sequence[int]:
    """Keys of the other sessions of its course that are to come, drafts included, soonest first.

    One statement.
    """
    course = select(Gathering.course_id).where(Gathering.id == gathering_id).scalar_subquery()
    return session.scalars(
        select(Gathering.id)
        .where(
            Gathering.course_id == course,
            Gathering.id != gathering_id,
            Gathering.state.in_(TO_COME),
            Gathering.starts_at > at,
        )
        .order_by(Gathering.starts_at, Gathering.id)
    ).all()


def open_first(
    session: Session, gathering: Gathering, *, at: datetime, is_new: bool = False
) -> None:
    """From now on keep seats of an announced date for those who keep a rank. One statement.

    On a date that people knew before these are the ranks given from now on: whoever let their days
    on it pass does not have them again. A time that is kept already is never made shorter; past
    the booking close nothing is kept.
    """
    window = window_of(gathering)
    if at >= window.end:
        return
    if not is_new and (gathering.first_until is None or gathering.first_until <= at):
        gathering.first_from = at
    begins = max(at, window.opens_at)
    holidays = holidays_after(session, gathering.site_id, today_at(gathering, begins))
    until = first_until(window, at, zone=zone_of(gathering), holidays=holidays)
    gathering.first_until = max(gathering.first_until or until, until)
