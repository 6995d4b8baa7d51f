"""A host says no to a guest, or somebody excuses one: neither looks like their own doing."""

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState
from app.gatherings.models import Booking, BookingStep
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW
from tests.gatherings.joint_days import booked, offered
from tests.gatherings.makers import make_booking, make_gathering


@pytest.fixture
def trip(session, cast, signed_in):
    """A field trip of Bo with one seat, for which no lead has to agree."""
    return offered(session, signed_in(cast.bo))


def veto(visitor, booking, reason="Too small a room"):
    path = f"/trips/{booking.gathering_id}/guests/{booking.id}/decline"
    return visitor.post(path, reason=reason)


def states(session):
    rows = session.scalars(
        select(Booking).order_by(Booking.id).execution_options(populate_existing=True)
    )
    return [row.state.value for row in rows]


def test_a_booked_guest_is_declined_and_reads_who_did_it_and_why(session, cast, trip, signed_in):
    ada = signed_in(cast.ada)
    booking = booked(session, ada, trip)

    veto(signed_in(cast.bo), booking)

    page = ada.page("/my-bookings")
    step = session.scalars(select(BookingStep).order_by(BookingStep.version.desc())).first()
    assert states(session) == ["declined"]
    assert (step.after, step.actor_id, step.reason) == (
        BookingState.DECLINED,
        cast.bo.id,
        "Too small a room",
    )
    assert ["Reason: Too small a room" in page, "declined" in page] == [True, True]


def test_a_waiting_guest_is_declined_where_nobody_has_to_approve(session, cast, trip, signed_in):
    ada, ann, bo = signed_in(cast.ada), signed_in(cast.ann), signed_in(cast.bo)
    booked(session, ada, trip)
    waits = booked(session, ann, trip)
    before, page = states(session), bo.page(f"/trips/{trip.gathering_id}")

    answer = veto(bo, waits, "Only one fits into the car")

    assert (before, answer.status_code) == (["booked", "waitlisted"], 303)
    assert f"/guests/{waits.id}/decline" in page
    assert states(session) == ["booked", "declined"]
    told = session.scalars(select(Notice.title).where(Notice.person_id == cast.ann.id)).all()
    assert told[-1] == "The host cannot take you along: %(what)s"


def test_an_offered_seat_goes_on_when_the_host_declines_its_guest(session, cast, trip, signed_in):
    for person in (cast.ada, cast.ann):
        booked(session, signed_in(person), trip)
    first = session.scalars(select(Booking).order_by(Booking.id)).first()
    first.state, first.expires_at = BookingState.OFFERED, NOW.replace(year=2027)
    session.commit()

    veto(signed_in(cast.bo), first)

    assert states(session) == ["declined", "booked"]


def test_a_guest_who_was_declined_already_cannot_be_declined_again(session, cast, trip, signed_in):
    booking = booked(session, signed_in(cast.ada), trip)
    bo = signed_in(cast.bo)
    veto(bo, booking)

    again = veto(bo, booking, "Once more")

    session.refresh(booking)
    assert (again.status_code, booking.reason) == (409, "Too small a room")


def test_who_is_excused_by_somebody_else_reads_it_and_is_not_counted_as_giving_back(
    session, cast, signed_in
):
    booking = make_booking(session, make_gathering(session), cast.ada)
    other = make_booking(session, make_gathering(session), cast.ann)
    bookings.cancel(session, booking.id, at=NOW, by=cast.olga.id, reason="A stay begins")
    bookings.cancel(session, other.id, at=NOW, by=cast.ann.id)
    session.commit()

    theirs, own = (signed_in(who).page("/my-bookings") for who in (cast.ada, cast.ann))

    assert states(session) == ["called_off", "cancelled"]
    assert [">excused<" in page for page in (theirs, own)] == [True, False]
