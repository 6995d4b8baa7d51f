"""Joint days from the offer to the answer, as host, guest and others see them in their browsers."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, Gathering, Trip
from app.outbox.models import Notice
from app.people.models import PublicHoliday, Team
from tests.agenda.makers import make_commitment, make_feed
from tests.factories import NOW, make_person, make_team
from tests.gatherings.joint_days import DEBRIEF, OFFER, SECRET, booked, dump, gathering_of, offered
from tests.gatherings.makers import START, make_booking, make_gathering


def test_a_sales_person_offers_a_field_trip_and_everybody_finds_it(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)

    trip = offered(session, bo, needs_approval="y")

    gathering = gathering_of(session, trip)
    assert (gathering.kind.value, gathering.state, gathering.needs_approval) == (
        "trip",
        GatheringState.ANNOUNCED,
        True,
    )
    held = session.scalars(select(Commitment).where(Commitment.person_id == cast.bo.id)).one()
    assert (held.kind, held.hard, held.location) == (CommitmentKind.TRIP, True, "North")
    page = ada.page("/trips/?region=North")
    assert ("Listing talks in food retail" in page, "with Bo Test" in page) == (True, True)
    assert "Nothing fits" in ada.page("/trips/?region=South")


def test_a_marketing_person_offers_a_joint_day(session, cast, signed_in):
    trip = offered(session, signed_in(cast.ada), label="A day at the fair")

    assert gathering_of(session, trip).kind.value == "joint_day"


def test_somebody_of_neither_side_offers_nothing(session, cast, signed_in):
    cy = signed_in(cast.cy)

    assert cy.get("/trips/new").status_code == 302
    assert cy.post("/trips/", **OFFER).status_code in {302, 303, 409}
    assert session.scalars(select(Gathering)).all() == []


def test_a_day_on_which_the_host_is_elsewhere_is_refused_beside_the_time(session, cast, signed_in):
    bo = signed_in(cast.bo)
    offered(session, bo)

    answer = bo.post("/trips/", **OFFER)

    assert answer.status_code == 422
    assert "At that time there is already" in answer.get_data(as_text=True)


def test_a_host_stays_within_the_limit_of_the_month(session, cast, signed_in):
    bo = signed_in(cast.bo)
    bo.post("/trips/limit", per_month="1", version="0")
    offered(session, bo)

    full = bo.post("/trips/", **{**OFFER, "day": "2026-12-22"})
    offered(session, bo, day="2027-01-12")

    assert full.status_code == 422
    assert "as many joint days in that month as you set: 1." in full.get_data(as_text=True)


def test_a_limit_that_was_changed_elsewhere_shows_both_versions(session, cast, signed_in):
    bo = signed_in(cast.bo)
    bo.post("/trips/limit", per_month="1", version="0")

    answer = bo.post("/trips/limit", per_month="9", version="0")

    assert (answer.status_code, "Both versions" in answer.get_data(as_text=True)) == (409, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "Visit to zauberwald  handelshaus"},
        {"region": SECRET},
        {"day": "2026-11-20"},
        {"ends": "08:00"},
        {"day": ""},
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_keeps_the_input(session, cast, signed_in, fields):
    answer = signed_in(cast.bo).post("/trips/", **{**OFFER, **fields})

    assert answer.status_code == 422
    assert "Food retail" in answer.get_data(as_text=True)
    assert session.scalars(select(Gathering)).all() == []


@pytest.fixture
def feast(session, cast):
    """The Monday on which Bo wants to offer a day is a public holiday at the site of Elbe."""
    site = session.get_one(Team, cast.elbe.id).site_id
    day = PublicHoliday(site_id=site, day=date(2026, 12, 21), name_de="Fest", name_en="Feast")
    session.add(day)
    session.flush()
    return day


def test_who_comes_along_can_take_the_day_along(session, cast, signed_in):
    trip = offered(session, signed_in(cast.bo))
    visitor = signed_in(cast.ada)
    before = visitor.page(f"/trips/{trip.gathering_id}")
    visitor.post(f"/sessions/{trip.gathering_id}/book")

    page = visitor.page(f"/trips/{trip.gathering_id}")

    link = re.search(r'href="(/events/calendar\.ics[^"]*)"', page).group(1)
    file = visitor.get(unescape(link))
    assert ("calendar.ics" in before, file.status_code, SECRET in file.text) == (False, 200, False)
    assert file.text.count("BEGIN:VEVENT") == 1


def test_who_can_have_no_part_in_a_day_reads_nothing_of_clashes(session, cast, signed_in):
    trip = offered(session, signed_in(cast.bo), needs_approval="y")
    span = session.get_one(Gathering, trip.gathering_id).span
    for person in (cast.eve, cast.ada):
        make_commitment(session, person, span.start, hard=True, title="Elsewhere")
    told = ("This does not go together", "Who agrees")

    seen = {
        one.id: [words in signed_in(one).page(f"/trips/{trip.gathering_id}") for words in told]
        for one in (cast.eve, cast.ada)
    }

    assert seen == {cast.eve.id: [False, False], cast.ada.id: [True, True]}


def test_an_hour_that_comes_twice_is_asked_for(session, cast, signed_in):
    bo = signed_in(cast.bo)
    night = OFFER | {"day": "2027-10-31", "starts": "02:30", "ends": "06:00"}

    asked = bo.post("/trips/", **night)
    kept = bo.post("/trips/", **night, which_hour="second")

    assert (asked.status_code, "comes twice" in asked.get_data(as_text=True)) == (422, True)
    assert 'name="which_hour"' in asked.get_data(as_text=True)
    assert kept.status_code == 303
    starts = session.scalars(select(Gathering.starts_at)).all()
    assert starts == [datetime(2027, 10, 31, 1, 30, tzinfo=UTC)]


def test_nothing_is_offered_on_a_public_holiday(session, cast, signed_in, feast):
    answer = signed_in(cast.bo).post("/trips/", **OFFER)

    assert answer.status_code == 422
    assert (
        "2026 is a public holiday there: Feast." in answer.text
    )  # the day as the reader writes it
    assert session.scalars(select(Gathering)).all() == []


def test_no_day_is_moved_onto_a_public_holiday_and_one_that_lies_there_keeps_its_words(
    session, cast, signed_in, feast
):
    bo = signed_in(cast.bo)
    trip = offered(session, bo, day="2026-12-22")
    path = f"/trips/{trip.gathering_id}/edit"

    moved = bo.post(path, **OFFER, version=str(trip.version))
    feast.day = date(2026, 12, 22)  # the calendar was corrected after the offer
    changed = {**OFFER, "day": "2026-12-22", "label": "Listing talks in December"}
    renamed = bo.post(path, **changed, version=str(trip.version))

    assert (moved.status_code, "is a public holiday there: Feast." in moved.text) == (422, True)
    assert renamed.status_code == 303


def test_a_guest_of_the_same_department_is_refused_with_a_sentence(session, cast, signed_in):
    eve, trip = signed_in(cast.eve), offered(session, signed_in(cast.bo))

    answer = eve.post(f"/sessions/{trip.gathering_id}/book")

    assert answer.status_code == 409
    page = eve.page(f"/trips/{trip.gathering_id}")
    assert "This is meant for people of other departments." in page
    assert session.scalars(select(Booking)).all() == []


def test_customer_and_preparation_are_seen_by_host_and_booked_guest_only(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo)
    path = f"/trips/{trip.gathering_id}"
    before = SECRET in ada.page(path)

    booked(session, ada, trip)

    seen = {
        name: SECRET in signed_in(person).page(path)
        for name, person in vars(cast).items()
        if name in {"bo", "ada", "ann", "lea", "eve", "cy", "olga"}
    }
    assert before is False
    assert seen == {
        "bo": True,
        "ada": True,
        "ann": False,
        "lea": False,
        "eve": False,
        "cy": False,
        "olga": False,
    }
    assert ada.get(f"{path}/preparation").status_code == 200
    assert signed_in(cast.olga).get(f"{path}/preparation").status_code == 404


def test_who_only_asked_for_a_seat_does_not_learn_who_the_customer_is(session, cast, signed_in):
    ada, trip = signed_in(cast.ada), offered(session, signed_in(cast.bo), needs_approval="y")

    booking = booked(session, ada, trip)

    assert booking.state is BookingState.REQUESTED
    assert SECRET not in ada.page(f"/trips/{trip.gathering_id}")


def test_host_and_guest_write_the_preparation_and_see_each_others_words(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo)
    booked(session, ada, trip)
    path = f"/trips/{trip.gathering_id}/preparation"

    ada.post(path, version="1", purpose="See how listing works", question_1="Who decides?")
    late = bo.post(path, version="1", purpose="Talk about prices")

    assert late.status_code == 409
    assert "See how listing works" in late.get_data(as_text=True)
    page = bo.page(f"/trips/{trip.gathering_id}")
    assert ("See how listing works" in page, "Who decides?" in page) == (True, True)


def test_the_host_declines_a_request_with_a_reason_the_guest_reads(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo, needs_approval="y")
    booking = booked(session, ada, trip)
    path = f"/trips/{trip.gathering_id}/guests/{booking.id}/decline"

    bo.post(path, reason="")
    session.refresh(booking)
    assert booking.state is BookingState.REQUESTED
    bo.post(path, reason="The customer wants to talk alone")

    session.refresh(booking)
    assert (booking.state, booking.reason) == (
        BookingState.DECLINED,
        "The customer wants to talk alone",
    )
    told = session.scalars(select(Notice.title).where(Notice.person_id == cast.ada.id)).all()
    assert "The host cannot take you along: %(what)s" in told


@pytest.mark.parametrize("reason", ["No\x00thing", "No\u202ething", "n" * 301])
def test_a_reason_nobody_can_read_declines_nobody(session, cast, signed_in, reason):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo, needs_approval="y")
    booking = booked(session, ada, trip)

    answer = bo.post(f"/trips/{trip.gathering_id}/guests/{booking.id}/decline", reason=reason)

    session.refresh(booking)
    assert (answer.status_code, booking.state) == (422, BookingState.REQUESTED)


def test_the_host_takes_a_booked_guest_off_the_day(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo)
    booking = booked(session, ada, trip)

    bo.post(f"/trips/{trip.gathering_id}/guests/{booking.id}/decline", reason="Too small a room")

    session.refresh(booking)
    assert (booking.state, booking.reason) == (BookingState.DECLINED, "Too small a room")


def test_a_booking_of_another_day_is_not_there(session, cast, signed_in):
    bo = signed_in(cast.bo)
    trip = offered(session, bo)
    other = make_booking(session, make_gathering(session), cast.ada)
    session.commit()

    answer = bo.post(f"/trips/{trip.gathering_id}/guests/{other.id}/decline", reason="No")

    assert answer.status_code == 404


def test_a_customer_who_cancelled_is_nobodys_fault_and_forgotten(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo)
    booking = booked(session, ada, trip)

    bo.post(f"/trips/{trip.gathering_id}/customer-cancelled")

    session.refresh(trip)
    session.refresh(booking)
    assert (trip.customer, trip.customer_cancelled, booking.state) == (
        None,
        True,
        BookingState.CALLED_OFF,
    )
    assert "nobody is to blame" in ada.page(f"/trips/{trip.gathering_id}")


def test_a_reason_that_names_the_customer_is_refused(session, cast, signed_in):
    bo = signed_in(cast.bo)
    trip = offered(session, bo)

    answer = bo.post(f"/trips/{trip.gathering_id}/call-off", reason=f"{SECRET} is closed")

    assert answer.status_code == 422
    assert gathering_of(session, trip).state is GatheringState.ANNOUNCED


def test_only_the_host_changes_a_day_and_guests_hear_of_another_time(session, cast, signed_in):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    trip = offered(session, bo)
    booked(session, ada, trip)
    path = f"/trips/{trip.gathering_id}/edit"

    assert signed_in(cast.eve).get(path).status_code == 404
    moved = bo.post(path, **{**OFFER, "starts": "10:00", "region": "East", "version": "1"})
    stale = bo.post(path, **{**OFFER, "version": "1"})

    assert (moved.status_code, stale.status_code) == (303, 409)
    places = session.scalars(select(Commitment.location).where(Commitment.active)).all()
    assert places == ["East", "East"]
    told = session.scalars(select(Notice.title).where(Notice.person_id == cast.ada.id)).all()
    assert "New time or place: %(what)s" in told


def test_nothing_but_the_trip_ever_names_the_customer(session, cast, signed_in, clock, worker):
    bo, ada, lea = signed_in(cast.bo), signed_in(cast.ada), signed_in(cast.lea)
    trip = offered(session, bo, needs_approval="y", day="2026-11-25", cancel_days="0")
    path = f"/trips/{trip.gathering_id}"
    booking = booked(session, ada, trip)
    lea.post("/approvals/", booking=str(booking.id))
    session.refresh(booking)
    assert booking.state is BookingState.BOOKED
    ada.post(f"{path}/preparation", version="1", purpose=f"{SECRET} wants a new shelf")
    assert SECRET not in dump(session)
    feeds = [make_feed(session, person)[1] for person in (cast.bo, cast.ada)]
    session.commit()
    texts = [bo.get(address).get_data(as_text=True) for address in feeds]
    assert [("LOCATION:North" in text, SECRET in text) for text in texts] == [(True, False)] * 2
    clock.move_to(NOW + timedelta(days=2, hours=8))
    worker()
    session.expire_all()
    bo, ada, lea = (signed_in(person) for person in (cast.bo, cast.ada, cast.lea))
    refused = ada.post(f"{path}/debrief", **{**DEBRIEF, "observation_1": f"{SECRET} is big"})
    assert refused.status_code == 422

    for visitor in (ada, bo):
        visitor.post(f"{path}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))

    session.expire_all()
    stored = session.get_one(Trip, trip.gathering_id)
    assert (stored.customer, stored.meeting_point, stored.purpose) == (
        None,
        "",
        "… wants a new shelf",
    )
    assert stored.customer_deleted_at is not None
    assert SECRET not in dump(session)
    files = [visitor.get("/insights/?format=csv") for visitor in (bo, ada, lea)]
    files += [visitor.get("/my-bookings?format=csv") for visitor in (bo, ada)]
    assert [SECRET in file.get_data(as_text=True) for file in files] == [False] * 5


def test_my_joint_days_show_both_directions_and_what_is_to_be_written(
    session, cast, past, signed_in, worker
):
    worker()

    bo, ada = signed_in(cast.bo).page("/trips/mine"), signed_in(cast.ada).page("/trips/mine")

    assert ("I take somebody along" in bo, "I go along" in bo, "Look back" in bo) == (
        True,
        False,
        True,
    )
    assert ("I take somebody along" in ada, "I go along" in ada) == (False, True)


@pytest.mark.parametrize("number", [1, 3])
def test_browsing_asks_the_database_the_same_number_of_times(
    session, cast, signed_in, count_statements, number
):
    for place in range(number):
        host = make_person(session, f"Host{place}", team=make_team(session, f"T{place}"))
        make_gathering(session, host=host, starts_at=START + timedelta(days=place))
    session.commit()
    visitor = signed_in(cast.bo)
    visitor.get("/trips/")

    with count_statements() as counted:
        visitor.page("/trips/")

    assert len(counted) == 18


def test_drafts_and_sessions_have_no_page_here(session, cast, signed_in):
    draft = make_gathering(session, host=cast.bo, state=GatheringState.DRAFT)
    run = make_gathering(session)
    session.commit()
    ada = signed_in(cast.ada)

    assert [ada.get(f"/trips/{key}").status_code for key in (draft.id, run.id, 99999)] == [404] * 3
    assert signed_in(cast.bo).get(f"/trips/{draft.id}").status_code == 200
