"""The doctor finds what was put wrong with seats, lists, times and histories."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.seats import BookingState
from app.gatherings.services import bookings
from migrations import guards
from tests.factories import NOW, make_person
from tests.gatherings.makers import make_booking, make_gathering

SOUND = ("seats: ok", "lists: ok", "times: ok", "histories: ok")


@pytest.fixture
def gathering(session, clock):
    """One seat, taken by Ada, wanted by Bo."""
    made = make_gathering(session, seats=1)
    for name in ("Ada", "Bo"):
        bookings.book(session, made.id, make_person(session, name).id, at=NOW)
    return made


@pytest.fixture
def examine(runner):
    """Give the doctor's words about bookings."""

    def look():
        result = runner.invoke(args=["doctor"])
        return result.output

    return look


def test_doctor_finds_nothing_where_bookings_are_as_they_must_be(gathering, examine):
    found = examine()

    assert [line for line in SOUND if line not in found] == []


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            "UPDATE gathering SET taken = 0",
            "gathering 1 counts 0 taken seats, and 1 are",
        ),
        (
            "UPDATE gathering SET capacity = 2",
            "gathering 1 has 2 seats, neither the 1 wanted nor the taken",
        ),
        (
            "UPDATE gathering SET capacity = 3, wanted_capacity = 3",
            "gathering 1 has a free seat and somebody who waits for it",
        ),
        (
            "UPDATE booking SET version = 3 WHERE id = 1",
            "the history of booking 1 has a gap or ends elsewhere",
        ),
        (
            "DELETE FROM notice WHERE dedupe_key LIKE 'booking:2:%'",
            "nobody was told of version 1 of booking 2",
        ),
        (
            "UPDATE commitment SET active = false",
            "booking 1 holds a seat but not the person's time",
        ),
    ],
)
def test_doctor_names_what_is_wrong(gathering, session, examine, harm, sentence):
    session.execute(text(harm))

    assert sentence in examine()


def test_doctor_finds_a_seat_sold_twice(gathering, session, examine, engine):
    session.commit()
    guard = "tg_booking_seats"
    with engine.begin() as connection:
        guards.drop(connection, guard)
    try:
        make_booking(session, gathering, make_person(session, "Cy"))
        found = examine()
    finally:
        session.rollback()
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)

    assert "gathering 1 has 1 seats and 2 people in them" in found
    assert f"the guard {guard} is missing or was changed" in found


def test_doctor_finds_answers_that_are_overdue(gathering, session, examine):
    late = make_booking(
        session,
        make_gathering(session),
        make_person(session, "Cy"),
        state=BookingState.REQUESTED,
        at=NOW - timedelta(days=2),
    )

    assert f"booking {late.id} ran out and is still open" in examine()
