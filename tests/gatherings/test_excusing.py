"""Who cannot come and is too late to cancel is excused by their lead, a deputy or HR."""

from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, BookingStep, Meeting
from app.gatherings.services import bookings
from app.outbox.models import Notice
from tests.factories import NOW
from tests.gatherings.makers import START, make_booking, make_gathering, make_trainer

REASON = "The quarter ends that day."


@pytest.fixture
def late(session, cast, clock):
    """Ada has the only seat, Bo waits, and since an hour nobody cancels by themselves."""
    gathering = make_gathering(session, seats=1)
    held = bookings.book(session, gathering.id, cast.ada.id, at=NOW)
    bookings.book(session, gathering.id, cast.bo.id, at=NOW + timedelta(minutes=1))
    clock.move_to(gathering.cancel_until + timedelta(hours=1))
    session.commit()
    return SimpleNamespace(id=held.booking_id, gathering=gathering, gathering_id=gathering.id)


@pytest.fixture
def led_by_tina(session, cast, late):
    meetings = select(Meeting).where(Meeting.gathering_id == late.gathering_id)
    for meeting in session.scalars(meetings).all():
        make_trainer(session, meeting, cast.tina)


def states(session, gathering_id):
    rows = session.execute(
        select(Booking.person_id, Booking.state).where(Booking.gathering_id == gathering_id)
    )
    return dict(rows.all())


@pytest.mark.parametrize(
    ("name", "leads_to"), [("lea", "/approvals/seats"), ("dan", "/approvals/seats"), ("olga", None)]
)
def test_lead_deputy_and_hr_excuse_and_the_list_moves(
    session, cast, signed_in, late, name, leads_to
):
    visitor = getattr(cast, name)
    path = f"/bookings/{late.id}/excuse"

    page = signed_in(visitor).page(path)
    answer = signed_in(visitor).post(path, reason=f" {REASON} ")

    assert "Excuse Ada Test" in page
    back = leads_to or f"/sessions/{late.gathering_id}/participants"
    assert (answer.status_code, answer.location) == (303, back)
    assert states(session, late.gathering_id) == {
        cast.ada.id: BookingState.CALLED_OFF,
        cast.bo.id: BookingState.BOOKED,
    }
    last = session.scalars(select(BookingStep).where(BookingStep.booking_id == late.id)).all()[-1]
    assert (last.version, last.actor_id, last.reason) == (2, visitor.id, REASON)
    notice = session.scalars(
        select(Notice).where(Notice.person_id == cast.ada.id).order_by(Notice.id.desc())
    ).first()
    assert (notice.title, notice.params["reason"], notice.must_know) == (
        "You are excused: %(what)s",
        REASON,
        True,
    )


@pytest.mark.parametrize("name", ["ada", "ann", "eve", "bo", "tina", "cy"])
def test_nobody_else_excuses_nor_learns_of_it(session, cast, signed_in, late, led_by_tina, name):
    visitor = signed_in(getattr(cast, name))

    answers = [
        visitor.get(f"/bookings/{late.id}/excuse").status_code,
        visitor.post(f"/bookings/{late.id}/excuse", reason=REASON).status_code,
    ]

    assert answers == [404, 404]
    assert states(session, late.gathering_id)[cast.ada.id] is BookingState.BOOKED


def test_leads_and_hr_do_not_excuse_themselves(session, cast, signed_in, late):
    gathering = make_gathering(session, starts_at=START + timedelta(days=1))
    own = {one: make_booking(session, gathering, one).id for one in (cast.lea, cast.olga)}

    answers = [
        signed_in(person).post(f"/bookings/{key}/excuse", reason=REASON).status_code
        for person, key in own.items()
    ]

    assert answers == [404, 404]


@pytest.mark.parametrize(
    ("reason", "said"),
    [("  ", "Please give a reason."), ("x" * 301, "Field cannot be longer than 300 characters.")],
)
def test_reason_is_needed_and_bounded_and_nothing_typed_is_lost(
    session, cast, signed_in, late, reason, said
):
    answer = signed_in(cast.lea).post(f"/bookings/{late.id}/excuse", reason=reason)
    page = unescape(answer.get_data(as_text=True))

    assert answer.status_code == 422
    assert said in page
    assert reason.strip() in page
    assert states(session, late.gathering_id)[cast.ada.id] is BookingState.BOOKED


def test_what_was_given_back_or_is_over_says_so(session, cast, signed_in, late):
    bookings.excuse(session, late.id, by=cast.dan.id, reason=REASON, at=late.gathering.cancel_until)
    visitor = signed_in(cast.lea)

    page = visitor.page(f"/bookings/{late.id}/excuse")
    answer = visitor.post(f"/bookings/{late.id}/excuse", reason=REASON)

    assert "There is nothing to excuse from any more" in page
    assert answer.status_code == 409
    assert "There is nothing to cancel any more." in answer.get_data(as_text=True)


def test_once_it_has_begun_excused_is_written_down_and_the_seat_stays(
    session, cast, signed_in, late, clock
):
    clock.move_to(START + timedelta(minutes=10))
    late.gathering.state = GatheringState.CONFIRMED
    visitor = signed_in(cast.lea)

    page = visitor.page(f"/bookings/{late.id}/excuse")
    visitor.post(f"/bookings/{late.id}/excuse", reason=REASON)

    assert "It has begun: the seat stays empty" in page
    assert states(session, late.gathering_id)[cast.ada.id] is BookingState.EXCUSED


def test_seats_of_the_own_teams_lead_to_it(session, cast, signed_in, late):
    pages = {
        name: signed_in(getattr(cast, name)).page("/approvals/seats") for name in ("lea", "eve")
    }

    link = f'href="/bookings/{late.id}/excuse"'
    assert {name: link in page for name, page in pages.items()} == {"lea": True, "eve": False}


def test_list_of_participants_leads_hr_to_it_and_nobody_who_may_not(
    session, cast, signed_in, late, led_by_tina
):
    path = f"/sessions/{late.gathering_id}/participants"

    found = {
        name: f'href="/bookings/{late.id}/excuse"' in signed_in(getattr(cast, name)).page(path)
        for name in ("olga", "tina")
    }

    assert found == {"olga": True, "tina": False}


def test_person_reads_who_excused_them_and_why(session, cast, signed_in, late):
    signed_in(cast.dan).post(f"/bookings/{late.id}/excuse", reason=REASON)

    page = unescape(signed_in(cast.ada).page("/my-bookings"))

    assert f"Reason: {REASON}" in page
    assert f"<div>by Dan Test: {REASON}</div>" in page
    assert ">cancelled<" not in page


def test_number_of_seats_does_not_change_the_number_of_statements(
    session, cast, signed_in, late, count_statements
):
    visitor = signed_in(cast.lea)
    visitor.page("/approvals/seats")
    with count_statements() as few:
        visitor.page("/approvals/seats")
    for number in range(2):
        gathering = make_gathering(session, starts_at=START + timedelta(days=number + 1))
        make_booking(session, gathering, cast.ann)
    with count_statements() as many:
        visitor.page("/approvals/seats")

    assert len(many) == len(few)


def test_seats_are_a_file_as_well(session, cast, signed_in, late):
    text = signed_in(cast.lea).get("/approvals/seats?format=csv").get_data(as_text=True)

    rows = [line.replace(";", ",").split(",")[:2] for line in text.lstrip("\ufeff").splitlines()]
    assert rows == [["Person", "Home team"], ["Ada Test", "Rhine"]]
