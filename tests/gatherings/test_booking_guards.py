"""What the database itself holds of bookings, and that it is the guard which holds it."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from app.domain.seats import BookingState
from app.gatherings.models import BookingStep, Gathering
from migrations import guards
from tests.factories import make_person
from tests.gatherings.makers import make_booking, make_gathering


@pytest.fixture
def gathering(session):
    return make_gathering(session, seats=1)


def counted(session, gathering):
    row = select(Gathering.taken, Gathering.capacity).where(Gathering.id == gathering.id)
    return tuple(session.execute(row).one())


@pytest.mark.parametrize(
    "state",
    ["requested", "approved", "offered", "booked", "attended", "partly_attended", "no_show"],
)
def test_seat_is_counted_by_the_database_and_never_sold_twice(session, gathering, state):
    make_booking(session, gathering, make_person(session, "Ada"), state=BookingState(state))

    assert counted(session, gathering) == (1, 1)
    with pytest.raises(IntegrityError, match="seats_are_not_oversold"):
        make_booking(session, gathering, make_person(session, "Bo"))


def test_without_the_count_the_seat_is_sold_twice(session, engine, gathering):
    guards.drop(session.connection(), "tg_booking_seats")

    for name in ("Ada", "Bo"):
        make_booking(session, gathering, make_person(session, name))

    assert counted(session, gathering) == (0, 1)
    session.rollback()


def test_seat_moves_with_the_state_and_with_the_row(session, gathering):
    booking = make_booking(session, gathering, make_person(session, "Ada"))

    counts = []
    for state in (BookingState.CANCELLED, BookingState.WAITLISTED, BookingState.BOOKED):
        booking.state = state
        session.flush()
        counts.append(counted(session, gathering))

    assert counts == [(0, 1), (0, 1), (1, 1)]


def test_seats_hr_took_away_go_as_they_come_free_and_are_not_taken_again(session):
    gathering = make_gathering(session, seats=3)
    people = [
        make_booking(session, gathering, make_person(session, name)) for name in ("Ada", "Bo", "Cy")
    ]
    session.execute(update(Gathering).values(wanted_capacity=1))

    people[0].state = BookingState.CANCELLED
    session.flush()

    assert counted(session, gathering) == (2, 2)
    with pytest.raises(IntegrityError, match="seats_are_not_oversold"):
        make_booking(session, gathering, make_person(session, "Dora"))


def test_person_has_one_live_booking_per_gathering(session):
    gathering, ada = make_gathering(session, seats=5), make_person(session, "Ada")
    make_booking(session, gathering, ada, state=BookingState.CANCELLED)
    make_booking(session, gathering, ada, state=BookingState.WAITLISTED)

    with pytest.raises(IntegrityError):
        make_booking(session, gathering, ada)


def test_without_the_index_a_person_could_hold_two_seats(session):
    gathering, ada = make_gathering(session, seats=5), make_person(session, "Ada")
    session.execute(text("DROP INDEX uq_booking_live"))

    for _ in range(2):
        make_booking(session, gathering, ada)

    assert counted(session, gathering) == (2, 5)
    session.rollback()


@pytest.mark.parametrize(
    "change", ["UPDATE booking_step SET reason = 'x'", "DELETE FROM booking_step"]
)
def test_history_is_only_added_to(session, gathering, change):
    make_booking(session, gathering, make_person(session, "Ada"))

    with pytest.raises(IntegrityError, match="ao_booking_step"):
        session.execute(text(change))


def test_without_its_guard_the_history_could_be_rewritten(session, gathering):
    make_booking(session, gathering, make_person(session, "Ada"))
    guards.drop(session.connection(), "ao_booking_step")

    session.execute(text("UPDATE booking_step SET reason = 'x'"))

    assert session.scalars(select(BookingStep.reason)).all() == ["x"]
    session.rollback()
