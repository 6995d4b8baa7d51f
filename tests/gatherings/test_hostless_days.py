"""A host who leaves the company: booking closes at once, guests are told, HR decides."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.jobs.trips import keep_trips
from app.gatherings.models import Booking, Gathering, Trip, TripHost
from app.gatherings.services import bookings
from app.outbox.models import Notice
from app.people.models import Account
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_account, make_person
from tests.gatherings.makers import START, make_gathering


@pytest.fixture
def day(session, cast):
    """Bo takes Ada along in four weeks; Bea is of his team and could as well."""
    cast.bea = make_person(session, "Bea", team=cast.elbe)
    gathering = make_gathering(session, host=cast.bo, seats=2, state=GatheringState.DRAFT)
    bookings.announce(session, gathering.id, by=cast.bo.id, at=NOW)
    bookings.book(session, gathering.id, cast.ada.id, at=NOW)
    session.commit()
    return gathering


@pytest.fixture
def worker(app, session, clock):
    def look():
        session.commit()
        with app.app_context():
            keep_trips()
        session.expire_all()

    return look


def leaves(session, person):
    person.left_on = NOW.date()
    session.commit()


def told(session, person):
    rows = select(Notice.title).where(Notice.person_id == person.id).order_by(Notice.id)
    return list(session.scalars(rows))


def stored(session, day):
    gathering = session.get_one(Gathering, day.id)
    return gathering, session.get_one(Trip, day.id)


def test_the_job_closes_the_day_at_once_and_tells_guest_and_hr_once(session, cast, day, worker):
    worker()
    before = stored(session, day)[0].closes_at
    leaves(session, cast.bo)

    worker()
    worker()

    gathering, trip = stored(session, day)
    lost = "Your host cannot take you along: %(what)s"
    assert (before > NOW, gathering.closes_at, trip.host_left_at) == (True, NOW, NOW)
    assert told(session, cast.ada).count(lost) == 1
    assert told(session, cast.olga) == ["A joint day has lost its host: %(what)s"]
    seat = session.scalars(select(Booking)).one()
    assert seat.state is BookingState.BOOKED  # kept until HR decides


def test_nobody_books_a_day_without_a_host(session, cast, day, worker, signed_in):
    leaves(session, cast.bo)
    worker()

    signed_in(cast.ann).post(f"/sessions/{day.id}/book")

    page = signed_in(cast.ann).page(f"/trips/{day.id}")
    assert session.scalars(select(Booking.person_id)).all() == [cast.ada.id]
    assert "This day looks for a host" in page


def test_a_closed_account_counts_as_gone_and_an_opened_one_as_back(session, cast, day, worker):
    account = make_account(session, cast.bo)
    account.active = False
    worker()
    gone = stored(session, day)[1].host_left_at
    session.get_one(Account, cast.bo.id).active = True
    worker()

    gathering, trip = stored(session, day)
    assert (gone, trip.host_left_at, gathering.closes_at > NOW) == (NOW, None, True)


def test_hr_hands_it_over_within_the_team_and_it_can_be_booked_again(
    session, cast, day, worker, signed_in
):
    leaves(session, cast.bo)
    worker()
    olga = signed_in(cast.olga)
    assert "/trips/without-host" in olga.page("/today")
    assert f"/trips/{day.id}/host" in olga.page("/trips/without-host")
    form = unescape(olga.page(f"/trips/{day.id}/host"))
    offered = [one for one in ("Bea Test", "Eve Test", "Ada Test", "Bo Test<") if one in form]

    answer = olga.post(f"/trips/{day.id}/host", host=str(cast.bea.id))
    again = olga.post(f"/trips/{day.id}/host", host=str(cast.eve.id))

    gathering, trip = stored(session, day)
    assert (answer.status_code, again.status_code) == (303, 404)
    assert offered == ["Bea Test", "Eve Test"]
    assert (gathering.host_id, trip.host_left_at) == (cast.bea.id, None)
    assert gathering.closes_at > NOW
    held = session.scalars(
        select(Commitment.person_id).where(
            Commitment.kind == CommitmentKind.TRIP, Commitment.active
        )
    )
    assert sorted(held) == sorted([cast.ada.id, cast.bea.id])
    assert told(session, cast.ada)[-1] == "Somebody else takes you along: %(what)s"
    assert told(session, cast.bea) == ["You host a joint day now: %(what)s"]
    assert "/trips/without-host" not in olga.page("/today")


@pytest.mark.parametrize("to", ["ada", "ann", "bo", "olga"])
def test_nobody_else_takes_over(session, cast, day, worker, signed_in, to):
    leaves(session, cast.bo)
    worker()

    answer = signed_in(cast.olga).post(f"/trips/{day.id}/host", host=str(getattr(cast, to).id))

    assert answer.status_code == 422
    assert stored(session, day)[0].host_id == cast.bo.id


def test_who_is_elsewhere_that_day_cannot_take_over_and_the_page_says_so(
    session, cast, day, worker, signed_in
):
    leaves(session, cast.bo)
    make_commitment(session, cast.bea, START, kind=CommitmentKind.STAY, hard=True)
    worker()

    answer = signed_in(cast.olga).post(f"/trips/{day.id}/host", host=str(cast.bea.id))

    assert answer.status_code == 422
    assert "By now there is something else at that time." in answer.text
    assert stored(session, day)[0].host_id == cast.bo.id


@pytest.mark.parametrize("more", [0, 1])
def test_who_takes_over_stays_within_the_own_limit_of_the_month(
    session, cast, day, worker, signed_in, more
):
    made = make_gathering(session, host=cast.bea, starts_at=START + timedelta(days=1))
    made.state = GatheringState.ANNOUNCED
    session.add(TripHost(person_id=cast.bea.id, per_month=1 + more))
    leaves(session, cast.bo)
    worker()

    answer = signed_in(cast.olga).post(f"/trips/{day.id}/host", host=str(cast.bea.id))

    said = "Bea Test already offers as many joint days in that month as they set: 1."
    assert (answer.status_code, said in answer.text) == ((303, False) if more else (422, True))
    assert stored(session, day)[0].host_id == (cast.bea.id if more else cast.bo.id)


def test_hr_calls_it_off_and_the_guest_is_free_again(session, cast, day, worker, signed_in):
    leaves(session, cast.bo)
    worker()
    olga = signed_in(cast.olga)
    page = olga.page(f"/trips/{day.id}/call-off")

    answer = olga.post(f"/trips/{day.id}/call-off", reason="The host has left")

    assert "The customer cancelled" not in page
    assert answer.status_code == 303
    assert stored(session, day)[0].state is GatheringState.CALLED_OFF
    assert session.scalars(select(Booking.state)).all() == [BookingState.CALLED_OFF]


@pytest.mark.parametrize("who", ["olga", "ada", "lea", "eve", "cy"])
def test_a_day_with_a_host_is_the_hosts_alone(session, cast, day, signed_in, who):
    visitor = signed_in(getattr(cast, who))
    answers = [
        visitor.get(f"/trips/{day.id}/host"),
        visitor.post(f"/trips/{day.id}/host", host=str(cast.bea.id)),
        visitor.get(f"/trips/{day.id}/call-off"),
        visitor.post(f"/trips/{day.id}/call-off", reason="Because"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert stored(session, day)[0].state is GatheringState.ANNOUNCED


def test_what_has_begun_is_left_alone(session, cast, day, worker, clock):
    leaves(session, cast.bo)
    clock.move_to(START + timedelta(minutes=1))
    worker()

    assert stored(session, day)[1].host_left_at is None


@pytest.mark.parametrize("days", [1, 3])
def test_the_list_asks_the_same_number_of_times(
    session, cast, worker, signed_in, count_statements, days
):
    for number in range(days):
        make_gathering(session, host=cast.bo, starts_at=START + timedelta(days=number))
    leaves(session, cast.bo)
    worker()
    olga = signed_in(cast.olga)
    olga.page("/trips/without-host")

    with count_statements() as asked:
        page = olga.page("/trips/without-host")

    assert page.count('/host"') == days
    assert len(asked) == 3
