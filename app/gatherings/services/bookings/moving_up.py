"""Move up: free seats go to the waiting list, in its order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.queueing import moved_up_state, moving_up
from app.domain.seats import BOOKABLE, BookingState, Stage, offer_expiry, stage
from app.domain.seats.moments import GIVE_BACK_WITHIN
from app.domain.seats.occasion import Occasion
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.queries.bookings.hosting import host_team_of
from app.gatherings.queries.bookings.lists import waiters
from app.gatherings.queries.bookings.seats import seats_now
from app.gatherings.services.bookings import notices
from app.gatherings.services.bookings.claims import FIRM, ONLY_OFFERED, hold_time
from app.gatherings.services.bookings.lines import (
    bookings_in_line,
    hold_gathering,
    hold_people,
    today_at,
    window_of,
)
from app.gatherings.services.bookings.outcome import Outcome, outcome_of
from app.gatherings.services.bookings.recording import Act, log_bookings, step

MOST_LOOKS = 5


def promote(session: Session, gathering_id: int, *, at: datetime) -> list[Outcome]:
    """Let waiting people move up into free seats, in order; gives who did.

    Those who are elsewhere at the time, lack the approval or a seat of their department are
    passed over and keep their place. Safe at any time; nothing happens after the booking close.
    """
    gathering = hold_gathering(session, gathering_id)
    hold_people(session, [gathering_id])
    act = Act(at)
    moved = move_up(session, gathering, act)
    log_bookings(session, act)
    return [outcome_of(session, booking) for booking in moved]


def move_up(session: Session, gathering: Gathering, act: Act) -> list[Booking]:
    """As `promote`, inside an act that holds the gathering and the people; the log is the act's.

    When another gathering takes somebody's time in this very moment, it looks again.
    """
    if stage(window_of(gathering), act.at) is Stage.NONE or gathering.state not in BOOKABLE:
        return []
    found: list[Booking] = []
    for _ in range(MOST_LOOKS):
        moved, outrun = _look_once(session, gathering, act)
        found += moved
        if not outrun:
            break
    return found


def _look_once(session: Session, gathering: Gathering, act: Act) -> tuple[list[Booking], bool]:
    """Move up whoever can; gives them, and whether somebody's time was taken meanwhile."""
    session.refresh(gathering, ["taken", "capacity"])  # the database counts
    people = waiters(session, gathering) if gathering.taken < gathering.capacity else []
    chosen = moving_up(seats_now(session, gathering, at=act.at), people) if people else []
    if not chosen:
        return [], False
    host_team = host_team_of(session, gathering, today=today_at(gathering, act.at))
    order = [waiter.booking_id for waiter in chosen]
    rows = {row.id: row for row in bookings_in_line(session, order)}
    moved: list[Booking] = []
    for key in order:
        if not _moves(session, (gathering, rows[key]), act.by_itself(), host_team=host_team):
            return moved, True
        moved.append(rows[key])
    return moved, False


def _moves(
    session: Session,
    place: tuple[Gathering, Booking],
    act: Act,
    *,
    host_team: int | None,
) -> bool:
    """Move one person up; False when another room took their time in this very moment."""
    (gathering, booking), at = place, act.at
    to = moved_up_state(stage(window_of(gathering), at))
    firmness = FIRM if to is BookingState.BOOKED else ONLY_OFFERED
    try:
        with session.begin_nested():
            hold_time(session, gathering, [(booking, firmness)], at=at, host_team_id=host_team)
            _become(session, gathering, booking, to, act)
    except IntegrityError:
        return False
    is_booked = to is BookingState.BOOKED
    words = notices.MOVED_UP if is_booked else notices.OFFERED
    until = _give_back_until(gathering, booking) if is_booked else booking.expires_at
    notices.tell_person(session, booking, gathering, words, at=at, until=until)
    return True


def _become(
    session: Session, gathering: Gathering, booking: Booking, to: BookingState, act: Act
) -> None:
    if to is BookingState.OFFERED:
        ends = offer_expiry(window_of(gathering), act.at)
        step(session, booking, to, act, expires_at=ends)
    else:
        forget_interest(session, gathering, booking.person_id)
        give_back = min(act.at + GIVE_BACK_WITHIN, gathering.starts_at)
        step(session, booking, to, act, leave_until=give_back)


def _give_back_until(gathering: Gathering, booking: Booking) -> datetime:
    return max(gathering.cancel_until, booking.leave_until or gathering.cancel_until)


def forget_interest(session: Session, gathering: Occasion, person_id: int) -> None:
    """Who has a seat no longer waits for a date. One statement, none for trips."""
    if gathering.course_id is None:
        return
    session.execute(
        delete(CourseInterest)
        .where(
            CourseInterest.course_id == gathering.course_id,
            CourseInterest.person_id == person_id,
        )
        .execution_options(synchronize_session=False)
    )
