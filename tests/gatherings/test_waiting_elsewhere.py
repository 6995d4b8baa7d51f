"""Who is elsewhere may wait all the same; who waits for a yes alone has their lead reminded."""

from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.domain.seats import Approval, BookingState
from app.domain.seats.refusals import Clash
from app.gatherings.models import Booking, Meeting
from app.gatherings.services import bookings
from app.outbox.models import Notice
from app.people.models import Membership
from tests.factories import NOW
from tests.gatherings.makers import START, make_booking, make_gathering, make_trainer

BOOKED, WAITLISTED = BookingState.BOOKED, BookingState.WAITLISTED
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def full(session, cast):
    """Bo has the only seat of a session at whose time Ada has another one."""
    other = make_gathering(session)
    bookings.book(session, other.id, cast.ada.id, at=NOW)
    gathering = make_gathering(session, seats=1)
    bookings.book(session, gathering.id, cast.bo.id, at=NOW)
    return gathering, other


def held(session, gathering, person):
    return session.scalars(
        select(Booking).where(Booking.gathering_id == gathering.id, Booking.person_id == person.id)
    ).one()


def test_who_is_elsewhere_waits_is_passed_over_and_keeps_the_place(session, cast, full):
    gathering, _other = full
    waits = bookings.book(session, gathering.id, cast.ada.id, at=NOW)
    bookings.book(session, gathering.id, cast.cy.id, at=LATER)

    bookings.cancel(session, held(session, gathering, cast.bo).id, by=cast.bo.id, at=LATER)

    assert (waits.state, waits.place) == (WAITLISTED, 1)
    assert held(session, gathering, cast.ada).state is WAITLISTED
    assert held(session, gathering, cast.cy).state is BOOKED


def test_seat_is_theirs_once_the_other_thing_is_gone(session, cast, full):
    gathering, other = full
    bookings.book(session, gathering.id, cast.ada.id, at=NOW)
    bookings.cancel(session, held(session, gathering, cast.bo).id, by=cast.bo.id, at=LATER)
    before = held(session, gathering, cast.ada).state

    bookings.cancel(session, held(session, other, cast.ada).id, by=cast.ada.id, at=LATER)
    bookings.promote(session, gathering.id, at=LATER)

    assert (before, held(session, gathering, cast.ada).state) == (WAITLISTED, BOOKED)


def test_a_free_seat_at_a_taken_time_is_still_refused(session, cast, full):
    free = make_gathering(session, seats=3)

    with pytest.raises(Clash):
        bookings.book(session, free.id, cast.ada.id, at=NOW)

    assert session.scalars(select(Booking).where(Booking.gathering_id == free.id)).all() == []


def test_page_warns_and_lets_them_wait(session, cast, signed_in, full):
    gathering, _other = full
    visitor = signed_in(cast.ada)

    page = unescape(visitor.page(f"/sessions/{gathering.id}"))
    answer = visitor.post(f"/sessions/{gathering.id}/book")

    assert "You have to be somewhere else at that time. You can wait all the same" in page
    assert "Join the waiting list" in page
    assert answer.status_code == 302
    assert held(session, gathering, cast.ada).state is WAITLISTED


@pytest.fixture
def one_free(session, cast):
    """A seat is free, Ada waits for it, and only her lead's yes is missing."""
    gathering = make_gathering(session, seats=1, needs_approval=True)
    booking = make_booking(
        session, gathering, cast.ada, state=WAITLISTED, approval=Approval.PENDING
    )
    return gathering, booking


def reminded(session):
    rows = session.execute(
        select(Notice.person_id, Notice.created_at)
        .where(Notice.title == "Only your yes is missing: %(what)s for %(person)s")
        .order_by(Notice.created_at, Notice.person_id)
    )
    return [tuple(row) for row in rows]


def test_lead_and_deputy_are_reminded_every_two_days_while_a_seat_is_free(session, cast, one_free):
    gathering, _booking = one_free
    both = sorted((cast.lea.id, cast.dan.id))

    for hours in (0, 1, 47, 48, 50):
        bookings.keep(session, gathering.id, at=NOW + timedelta(hours=hours))

    again = NOW + timedelta(hours=48)
    assert reminded(session) == [(one, at) for at in (NOW, again) for one in both]


@pytest.mark.parametrize("why", ["full", "elsewhere", "answered", "closed"])
def test_nobody_is_reminded_where_more_than_the_yes_is_missing(session, cast, one_free, why):
    gathering, booking = one_free
    at = NOW
    if why == "full":
        make_booking(session, gathering, cast.bo)
    elif why == "elsewhere":
        bookings.book(session, make_gathering(session).id, cast.ada.id, at=NOW)
    elif why == "answered":
        booking.approval = Approval.GIVEN
        session.flush()
    else:
        at = gathering.closes_at

    bookings.keep(session, gathering.id, at=at)

    assert reminded(session) == []


def test_page_and_decision_ask_for_the_department_of_the_host_on_the_same_day(
    session, cast, signed_in
):
    """Bo hosts and changes to Ada's team before the day: today both sides still differ."""
    day = make_gathering(session, host=cast.bo, seats=1)
    home = session.scalars(select(Membership).where(Membership.person_id == cast.bo.id)).one()
    home.ends_on = date(2026, 12, 14)
    session.add(
        Membership(
            person_id=cast.bo.id,
            team_id=cast.rhine.id,
            kind=home.kind,
            starts_on=date(2026, 12, 14),
        )
    )
    session.commit()
    visitors = {name: signed_in(getattr(cast, name)) for name in ("ada", "eve")}
    pages = {name: one.page(f"/trips/{day.id}") for name, one in visitors.items()}
    answers = {
        name: visitors[name].post(f"/sessions/{day.id}/book").status_code for name in ("eve", "ada")
    }

    meant = "This is meant for people of other departments."
    assert {name: meant in page for name, page in pages.items()} == {"ada": False, "eve": True}
    assert answers == {"eve": 409, "ada": 302}
    assert START.date() > date(2026, 12, 14)


def test_who_leads_one_meeting_takes_no_seat_in_the_session_and_reads_why(session, cast, signed_in):
    gathering = make_gathering(session, meetings=2)
    second = session.scalars(select(Meeting).order_by(Meeting.number.desc())).first()
    make_trainer(session, second, cast.tina)
    visitor = signed_in(cast.tina)

    page = visitor.page(f"/sessions/{gathering.id}")
    answer = visitor.post(f"/sessions/{gathering.id}/book")

    assert "You lead this yourself, or one of its meetings, so you take no seat in it." in page
    assert answer.status_code == 409
    assert session.scalars(select(Booking)).all() == []
