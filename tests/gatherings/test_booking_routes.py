"""Forms by which people act on their own seat, and nobody on another's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking
from app.gatherings.services import bookings
from tests.factories import NOW
from tests.gatherings.makers import START, make_booking, make_gathering

ACTS = ("cancel", "leave", "accept", "turn-down")


def state_of(session, person):
    return session.scalars(select(Booking.state).where(Booking.person_id == person.id)).all()


def test_person_books_waits_and_leaves(session, cast, signed_in):
    gathering = make_gathering(session, seats=1)
    ada, bo = signed_in(cast.ada), signed_in(cast.bo)

    answers = [one.post(f"/sessions/{gathering.id}/book") for one in (ada, bo)]
    booked, waiting = session.scalars(select(Booking.id).order_by(Booking.id)).all()
    left = bo.post(f"/bookings/{waiting}/leave")
    given_back = ada.post(f"/bookings/{booked}/cancel")

    there = [(one.status_code, one.headers["Location"]) for one in (*answers, left, given_back)]
    assert there == [(302, f"/sessions/{gathering.id}")] * 4
    assert state_of(session, cast.ada) == state_of(session, cast.bo) == [BookingState.CANCELLED]


def test_offer_is_taken_or_turned_down(session, cast, signed_in, clock):
    gathering = make_gathering(session, seats=2, closes_at=START, cancel_until=START)
    people = (cast.lea, cast.dan, cast.ada, cast.bo)
    first, second, third, fourth = (
        bookings.book(session, gathering.id, one.id, at=NOW + timedelta(minutes=number)).booking_id
        for number, one in enumerate(people)
    )
    clock.move_to(START - timedelta(hours=48))
    for key, one in ((first, cast.lea), (second, cast.dan)):
        bookings.cancel(session, key, at=clock.now(), by=one.id)

    signed_in(cast.ada).post(f"/bookings/{third}/accept")
    signed_in(cast.bo).post(f"/bookings/{fourth}/turn-down")

    assert state_of(session, cast.ada) == [BookingState.BOOKED]
    assert state_of(session, cast.bo) == [BookingState.CANCELLED]


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_on_the_seat_of_somebody_else(session, cast, signed_in, act):
    gathering = make_gathering(session)
    booking = make_booking(session, gathering, cast.ada)

    answers = [
        signed_in(visitor).post(f"/bookings/{key}/{act}").status_code
        for visitor in (cast.bo, cast.lea, cast.olga)
        for key in (booking.id, 4711)
    ]

    assert answers == [404] * 6
    assert state_of(session, cast.ada) == [BookingState.BOOKED]


def test_what_nobody_may_know_of_cannot_be_booked(session, cast, signed_in):
    draft = make_gathering(session, state=GatheringState.DRAFT)
    visitor = signed_in(cast.ada)

    answers = [visitor.post(f"/sessions/{key}/book").status_code for key in (draft.id, 4711)]

    assert answers == [404, 404]


def test_refusal_is_said_where_the_person_came_from(session, cast, signed_in):
    gathering = make_gathering(session, closes_at=NOW)
    visitor = signed_in(cast.ada)
    visitor.get("/today")
    came_from = {"Referer": "http://localhost/today"}

    token = visitor.post(f"/sessions/{gathering.id}/book")
    answer = visitor.client.post(
        f"/sessions/{gathering.id}/book",
        data={"csrf_token": visitor._token},
        headers=came_from,
    )

    assert (token.status_code, answer.status_code) == (409, 302)
    assert "Booking is closed." in visitor.page("/today")


def test_form_sent_twice_books_once(session, cast, signed_in):
    gathering = make_gathering(session)
    visitor = signed_in(cast.ada)

    answers = [
        visitor.post(f"/sessions/{gathering.id}/book", request_key="k" * 24) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [302, 302]
    assert session.scalars(select(Booking.version)).all() == [1]
