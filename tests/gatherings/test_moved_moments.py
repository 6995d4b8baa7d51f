"""Moving a session, closing it earlier or changing its seats breaks nothing silently."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.domain.moved import ClosedByThen
from app.domain.seats import BookingState
from app.domain.seats.refusals import OfferIsOver
from app.domain.timespan import Timespan
from app.gatherings.models import Booking, BookingStep, Gathering, Meeting
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW, make_person
from tests.gatherings.makers import START, make_booking, make_gathering
from tests.gatherings.plans import said

DECIDE, RELEASE = date(2026, 12, 10), date(2026, 12, 16)


@pytest.fixture
def planned(session, cast):
    """A session that is decided on the 10th and holds seats for Sales until the 16th."""
    return make_gathering(
        session,
        minimum=2,
        decide_on=DECIDE,
        warned_at=NOW,
        held=[(cast.sales, 3)],
        release_on=RELEASE,
    )


def move(hr, gathering, day, **changes):
    fields = {"count": "1", "version": str(gathering.version), "day_0": day.isoformat()}
    fields |= {"starts_0": "10:00", "ends_0": "12:00", "place_0": "Mill", "link_0": ""}
    fields |= {"room_id_0": ""}
    return hr.post(f"/courses/sessions/{gathering.id}/move", **fields | changes)


def moments(session, gathering):
    session.refresh(gathering)
    return gathering.starts_at, gathering.closes_at, gathering.decide_on, gathering.release_on


@pytest.mark.parametrize("days", [-4, 7])
def test_close_decision_and_release_move_along(session, hr, planned, days):
    by = timedelta(days=days)

    answer = move(hr, planned, START.date() + by)

    assert answer.status_code == 303
    assert moments(session, planned) == (
        START + by,
        START + by - timedelta(days=1),
        DECIDE + by,
        RELEASE + by,
    )
    assert planned.warned_at is None


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-11-24", "The last day to book moves along and would be over already."),
        ("2026-12-01", "The day of decision moves along and would be Nov 20, 2026, which is over."),
    ],
)
def test_move_by_which_a_moment_would_be_over_is_refused_beside_the_day(
    session, hr, planned, day, message
):
    before = moments(session, planned)

    answer = move(hr, planned, date.fromisoformat(day))

    assert answer.status_code == 422
    assert message in said(answer, "day_0")
    assert f'value="{day}"' in answer.get_data(as_text=True)  # nothing typed is lost
    assert moments(session, planned) == before


def test_the_act_itself_refuses_it_as_well(session, cast, planned):
    meeting = session.scalars(select(Meeting)).one()
    tomorrow = NOW + timedelta(hours=20)
    sitting = bookings.Sitting(meeting.id, Timespan(tomorrow, tomorrow + timedelta(hours=2)))

    with pytest.raises(ClosedByThen):
        bookings.reschedule(session, planned.id, [sitting], by=cast.olga.id, at=NOW)


def terms(hr, gathering, **changes):
    fields = {"minimum": "2", "decide_on": DECIDE.isoformat(), "closes_on": "2026-12-19"}
    fields |= {"release_on": RELEASE.isoformat(), "version": str(gathering.version)}
    return hr.post(f"/courses/sessions/{gathering.id}/terms", **fields | changes)


def test_release_of_held_seats_changes_after_the_announcement(session, hr, planned):
    page = hr.page(f"/courses/sessions/{planned.id}/terms")

    answer = terms(hr, planned, release_on="2026-12-01")

    session.refresh(planned)
    assert 'name="release_on"' in page
    assert (answer.status_code, planned.release_on) == (303, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"release_on": ""}, "from which day on held seats are free"),
        ({"release_on": "2026-12-21"}, "before booking closes"),
        ({"closes_on": "2026-12-11"}, "before booking closes"),
    ],
)
def test_wrong_release_is_said_beside_it(session, hr, planned, wrong, message):
    answer = terms(hr, planned, **wrong)

    assert answer.status_code == 422
    assert message in said(answer, "release_on")
    session.refresh(planned)
    assert planned.release_on == RELEASE


@pytest.fixture
def offered(session, cast, clock):
    """Two days before the start Ada is offered a seat until the close, a day before it."""
    gathering = make_gathering(session, seats=1, closes_at=START)
    clock.move_to(START - timedelta(days=2))
    booking = make_booking(
        session,
        gathering,
        cast.ada,
        state=BookingState.OFFERED,
        expires_at=START - timedelta(hours=6),
    )
    session.commit()
    return gathering, booking


def test_offer_never_outlasts_an_earlier_close_and_the_person_hears(
    session, cast, signed_in, offered
):
    gathering, booking = offered

    answer = terms(
        signed_in(cast.olga), gathering, minimum="0", decide_on="", closes_on="2026-12-19"
    )

    session.expire_all()
    ends = session.get_one(Gathering, gathering.id).closes_at
    notice = session.scalars(select(Notice).where(Notice.person_id == cast.ada.id)).one()
    steps = session.scalars(select(BookingStep.after).order_by(BookingStep.version)).all()
    assert answer.status_code == 303
    assert session.get_one(Booking, booking.id).expires_at == ends < START - timedelta(hours=6)
    assert (notice.title, notice.params["until"]) == (
        "A seat is kept for you: %(what)s",
        {"instant": ends.isoformat()},
    )
    assert steps == [BookingState.OFFERED] * 2


def test_offer_is_over_with_the_close_even_where_its_own_end_is_later(session, cast, offered):
    _gathering, booking = offered
    close = START - timedelta(days=1)
    session.execute(update(Gathering).values(closes_at=close))

    with pytest.raises(OfferIsOver):
        bookings.accept_offer(session, booking.id, at=close, by=cast.ada.id)
    taken = bookings.accept_offer(
        session, booking.id, at=close - timedelta(minutes=1), by=cast.ada.id
    )

    assert taken.state is BookingState.BOOKED


def seats(hr, gathering, wanted):
    fields = {"seats": str(wanted), "version": str(gathering.version)}
    return hr.post(f"/courses/sessions/{gathering.id}/seats", **fields)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (21, "Library has 20 seats only."),
        (1, "There cannot be more needed than there are seats."),
        (2, "More seats are held than there are."),
    ],
)
def test_seats_beyond_the_room_or_below_what_is_needed_are_refused_beside_the_field(
    session, hr, room, planned, wanted, message
):
    session.execute(update(Meeting).values(room_id=room.id))

    answer = seats(hr, planned, wanted)

    assert answer.status_code == 422
    assert message in said(answer, "seats")
    session.refresh(planned)
    assert planned.wanted_capacity == 10


def test_fewer_seats_are_possible_where_the_room_was_too_small_before(session, hr, room, planned):
    session.execute(update(Meeting).values(room_id=room.id))
    session.execute(update(Gathering).values(capacity=30, wanted_capacity=30))
    session.refresh(planned)

    assert seats(hr, planned, 25).status_code == 303
    session.refresh(planned)
    assert planned.wanted_capacity == 25


def test_the_room_holds_as_many_as_it_has_seats(session, hr, room, planned):
    session.execute(update(Meeting).values(room_id=room.id))
    make_person(session, "Nobody in particular")

    assert seats(hr, planned, 20).status_code == 303
