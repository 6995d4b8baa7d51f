"""Whoever a date fell through for comes first on the next one; nobody else is moved ahead."""

from datetime import timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.database import unit_of_work
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, CourseInterest, Gathering
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_booking, make_gathering, make_interest

BOOKED, WAITLISTED = BookingState.BOOKED, BookingState.WAITLISTED
LATER = NOW + timedelta(hours=1)
THREE_DAYS_ON = LATER + timedelta(days=3)  # Monday to Thursday
NEXT = START + timedelta(weeks=2)


@pytest.fixture
def fell_through(session, cast, course):
    """A date of the course with Ada in its seat and Ann on its list, before it is called off."""
    gathering = make_gathering(session, course=course, seats=1)
    for number, person in enumerate((cast.ada, cast.ann)):
        bookings.book(session, gathering.id, person.id, at=NOW + timedelta(minutes=number))
    return gathering


def call_off(session, gathering, cast):
    return bookings.call_off(session, gathering.id, by=cast.olga.id, reason="Too few.", at=LATER)


def book(session, gathering, *people, at=LATER):
    return [bookings.book(session, gathering.id, one.id, at=at).state for one in people]


def state_of(session, gathering, person):
    return session.scalar(
        select(Booking.state).where(
            Booking.gathering_id == gathering.id, Booking.person_id == person.id
        )
    )


def ranks(session):
    return dict(session.execute(select(CourseInterest.person_id, CourseInterest.rank_from)).all())


def last_notice(session, person):
    return session.scalars(
        select(Notice).where(Notice.person_id == person.id).order_by(Notice.id.desc())
    ).first()


def test_on_a_date_that_is_announced_their_seats_are_kept_for_three_working_days(
    session, cast, course, fell_through
):
    other = make_gathering(session, course=course, seats=2, starts_at=NEXT)

    call_off(session, fell_through, cast)

    assert session.get_one(Gathering, other.id).first_until == THREE_DAYS_ON
    assert book(session, other, cast.bo) == [WAITLISTED]
    assert book(session, other, cast.ann, cast.ada) == [BOOKED, BOOKED]
    assert ranks(session) == {}


def test_what_they_leave_goes_to_the_list_when_the_days_are_over(
    session, cast, course, fell_through
):
    other = make_gathering(session, course=course, seats=2, starts_at=NEXT)
    call_off(session, fell_through, cast)
    book(session, other, cast.bo, cast.cy)

    kept = bookings.promote(session, other.id, at=THREE_DAYS_ON - timedelta(seconds=1))
    moved = bookings.promote(session, other.id, at=THREE_DAYS_ON)

    assert (kept, [one.state for one in moved]) == ([], [BOOKED, BOOKED])


def test_more_seats_than_people_who_come_first_are_anybodys_at_once(
    session, cast, course, fell_through
):
    other = make_gathering(session, course=course, seats=3, starts_at=NEXT)
    call_off(session, fell_through, cast)

    assert book(session, other, cast.bo, cast.cy) == [BOOKED, WAITLISTED]
    assert book(session, other, cast.ada) == [BOOKED]  # past the list, by the rank
    assert state_of(session, other, cast.cy) is WAITLISTED


def test_date_announced_later_tells_them_and_keeps_their_seats(session, cast, course, fell_through):
    make_interest(session, course, cast.bo)
    call_off(session, fell_through, cast)
    draft = make_gathering(
        session, course=course, seats=2, starts_at=NEXT, state=GatheringState.DRAFT
    )

    told = bookings.announce(session, draft.id, by=cast.olga.id, at=LATER)

    first, usual = last_notice(session, cast.ada), last_notice(session, cast.bo)
    assert told == 3
    assert session.get_one(Gathering, draft.id).first_until == THREE_DAYS_ON
    assert first.params["first"] == {"instant": THREE_DAYS_ON.isoformat()}
    assert (first.title, "first" in usual.params) == ("A date for you: %(what)s", False)
    assert book(session, draft, cast.bo, cast.ada) == [WAITLISTED, BOOKED]


def test_where_nobody_keeps_a_rank_nothing_is_kept(session, cast, course):
    make_interest(session, course, cast.ada)
    draft = make_gathering(session, course=course, starts_at=NEXT, state=GatheringState.DRAFT)

    bookings.announce(session, draft.id, by=cast.olga.id, at=LATER)

    assert session.get_one(Gathering, draft.id).first_until is None


def test_called_off_notice_names_the_next_date_and_leads_there(session, cast, course, fell_through):
    other = make_gathering(session, course=course, seats=2, starts_at=NEXT)

    call_off(session, fell_through, cast)

    notice = last_notice(session, cast.ann)
    assert (notice.path, notice.action) == (f"/sessions/{other.id}", "Look at the next date")
    assert notice.params["next"] == {"instant": NEXT.isoformat()}
    assert notice.params["until"] == {"instant": THREE_DAYS_ON.isoformat()}


def test_with_several_dates_it_leads_to_the_course(session, cast, course, fell_through):
    for weeks in (0, 1):
        make_gathering(session, course=course, starts_at=NEXT + timedelta(weeks=weeks))
    make_gathering(session, course=course, starts_at=NEXT, state=GatheringState.DRAFT)

    call_off(session, fell_through, cast)

    notice = last_notice(session, cast.ada)
    assert (notice.path, notice.params["number"]) == (f"/trainings/{course.id}", 2)
    assert notice.params["next"] == {"instant": NEXT.isoformat()}


def test_without_a_date_it_says_that_the_rank_is_kept(session, cast, fell_through):
    call_off(session, fell_through, cast)

    notice = last_notice(session, cast.ada)
    assert (notice.path, "if another date follows, you keep your rank" in notice.text) == (
        "/my-bookings",
        True,
    )
    assert ranks(session) == {
        cast.ada.id: NOW,
        cast.ann.id: NOW + timedelta(minutes=1),
    }


def test_who_waits_for_the_other_date_already_comes_first_there(
    session, cast, course, fell_through
):
    other = make_gathering(session, course=course, seats=1, starts_at=NEXT)
    book(session, other, cast.lea, cast.bo, cast.ann, at=NOW)

    call_off(session, fell_through, cast)
    lea = session.scalars(select(Booking).where(Booking.person_id == cast.lea.id)).one()
    bookings.cancel(session, lea.id, by=cast.lea.id, at=LATER)

    assert state_of(session, other, cast.ann) is BOOKED
    assert state_of(session, other, cast.bo) is WAITLISTED


def test_who_never_had_a_seat_comes_first_on_the_list_of_the_next_date(
    session, cast, course, fell_through
):
    bookings.keep(session, fell_through.id, at=START)
    other = make_gathering(session, course=course, seats=0, starts_at=NEXT)
    book(session, other, cast.bo, at=START)

    answer = bookings.book(session, other.id, cast.ann.id, at=START)

    assert ranks(session) == {cast.ann.id: NOW + timedelta(minutes=1)}
    assert (answer.state, answer.place) == (WAITLISTED, 1)


def test_who_only_asked_to_be_told_of_dates_joins_at_the_end(session, cast, course):
    make_interest(session, course, cast.bo, since=NOW - timedelta(days=90))
    gathering = make_gathering(session, course=course, seats=0)
    book(session, gathering, cast.ada, at=NOW)

    assert bookings.book(session, gathering.id, cast.bo.id, at=LATER).place == 2


def test_leaving_a_list_uses_the_rank_up(session, cast, course, fell_through):
    call_off(session, fell_through, cast)
    other = make_gathering(session, course=course, seats=0, starts_at=NEXT)
    first = bookings.book(session, other.id, cast.ada.id, at=LATER)
    book(session, other, cast.bo)

    bookings.leave(session, first.booking_id, by=cast.ada.id, at=LATER)
    again = bookings.book(session, other.id, cast.ada.id, at=LATER)

    assert (first.place, again.place) == (1, 2)
    assert ranks(session)[cast.ada.id] is None


def test_both_read_on_the_page_for_whom_seats_are_kept(
    session, cast, course, fell_through, signed_in, clock
):
    other = make_gathering(session, course=course, seats=2, starts_at=NEXT)
    call_off(session, fell_through, cast)
    clock.move_to(LATER)

    pages = {
        name: unescape(signed_in(getattr(cast, name)).page(f"/sessions/{other.id}"))
        for name in ("ada", "bo")
    }

    assert "You keep your rank from an earlier date: until" in pages["ada"]
    assert "Book a seat" in pages["ada"]
    assert "seats are kept for 2 people whose earlier date did not take place" in pages["bo"]
    assert "The seats left are kept for others for now" in pages["bo"]
    assert "Join the waiting list" in pages["bo"]


def test_catalogue_asks_as_many_questions_with_kept_seats_as_without(
    session, cast, course, fell_through, signed_in, count_statements
):
    visitor = signed_in(cast.bo)
    path = f"/trainings/{course.id}"
    visitor.page(path)
    with count_statements() as few:
        visitor.page(path)
    for weeks in range(2):
        make_gathering(session, course=course, starts_at=NEXT + timedelta(weeks=weeks))
    call_off(session, fell_through, cast)
    with count_statements() as many:
        visitor.page(path)

    assert len(many) == len(few)


def test_in_the_same_moment_strangers_get_none_of_the_kept_seats(
    app, session, cast, course, fell_through
):
    other = make_gathering(session, course=course, seats=3, starts_at=NEXT)
    strangers = [make_person(session, f"Stranger {number}") for number in range(4)]
    call_off(session, fell_through, cast)
    people = [one.id for one in (strangers[0], cast.ada, strangers[1], cast.ann, *strangers[2:])]
    begin, gathering_id = Barrier(len(people)), other.id
    session.commit()

    def want(person_id):
        begin.wait()
        with app.app_context(), unit_of_work() as own:
            bookings.book(own, gathering_id, person_id, at=LATER)

    threads = [Thread(target=want, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    rows = session.execute(
        select(Booking.person_id, Booking.state).where(Booking.gathering_id == other.id)
    )
    found = dict(rows.all())
    assert (found[cast.ada.id], found[cast.ann.id]) == (BOOKED, BOOKED)
    assert [found[one.id] for one in strangers].count(BOOKED) == 1


def test_without_the_promise_strangers_would_take_them(session, cast, course, fell_through):
    other = make_gathering(session, course=course, seats=2, starts_at=NEXT)
    call_off(session, fell_through, cast)
    session.get_one(Gathering, other.id).first_until = None
    session.flush()

    assert book(session, other, cast.bo, cast.cy, cast.ada) == [BOOKED, BOOKED, WAITLISTED]


def test_unanswered_offer_uses_the_rank_up(session, cast, course):
    make_interest(session, course, cast.ada, rank_from=NOW)
    gathering = make_gathering(session, course=course, seats=1)
    make_booking(session, gathering, cast.ada, state=BookingState.OFFERED, expires_at=LATER)

    bookings.keep(session, gathering.id, at=LATER)

    assert ranks(session) == {cast.ada.id: None}
