"""Who the customer is stays with host and guests: no other text names them, no page after it."""

import pytest
from sqlalchemy import select

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Gathering, Trip, TripDebrief
from app.insights.models import Insight
from tests.gatherings.joint_days import DEBRIEF, OFFER, SECRET, booked, gathering_of, offered

TICKED = {"means_else": "y"}
PART = "“Zauberwald” is part of the customer&#39;s name"
MEANT = "The word means something else here"


@pytest.fixture
def prepared(session, past):
    """The day of Bo and Ada, with a sheet full of the customer's name."""
    trip = session.get_one(Trip, past.id)
    trip.purpose = f"See how {SECRET} lists us"
    trip.question_1 = "What does Zauberwald pay?"
    trip.question_2 = "Who decides there?"
    trip.guest_role = "Zauberwald's guest"
    trip.not_to_promise = f"{SECRET.upper()} gets no discount"
    session.commit()
    return past


def test_no_page_shows_the_name_in_the_preparation_after_the_first_debrief(
    session, cast, prepared, signed_in
):
    bo, ada = signed_in(cast.bo), signed_in(cast.ada)
    pages = [f"/trips/{prepared.id}", f"/trips/{prepared.id}/preparation"]
    before = ["Zauberwald" in who.page(path) for who in (bo, ada) for path in pages]

    ada.post(f"/trips/{prepared.id}/debrief", **DEBRIEF, owner_1=str(cast.bo.id))

    answers = [who.get(path) for who in (bo, ada) for path in (*pages, f"{pages[0]}/edit")]
    texts = [answer.get_data(as_text=True).casefold() for answer in answers]
    assert before == [True] * 4
    assert ["zauberwald" in text for text in texts] == [False] * 6
    assert [answer.status_code for answer in answers] == [200, 200, 409, 200, 200, 404]
    trip = session.get_one(Trip, prepared.id, populate_existing=True)
    assert (trip.purpose, trip.question_1, trip.question_2) == (
        "See how … lists us",
        "What does … pay?",
        "Who decides there?",
    )
    assert (trip.guest_role, trip.not_to_promise) == ("… guest", "… gets no discount")
    assert trip.customer == SECRET  # what the second debrief is held against


def test_the_preparation_ends_with_the_day_so_that_no_name_comes_back(
    session, cast, prepared, signed_in
):
    path = f"/trips/{prepared.id}/preparation"

    late = signed_in(cast.bo).post(path, version="2", purpose=f"{SECRET} again")

    assert late.status_code == 409
    trip = session.get_one(Trip, prepared.id, populate_existing=True)
    assert trip.purpose == f"See how {SECRET} lists us"


def test_a_word_of_the_name_in_a_debrief_is_refused_beside_its_field_and_ticked_through(
    session, cast, past, signed_in
):
    ada = signed_in(cast.ada)
    path, said = f"/trips/{past.id}/debrief", {**DEBRIEF, "owner_1": str(cast.bo.id)}
    said["for_sales"] = "The zauberwald in the fairy tale sells"

    opened = ada.page(path)
    refused = ada.post(path, **said)
    page = refused.get_data(as_text=True)
    written = session.scalars(select(TripDebrief)).all()
    accepted = ada.post(path, **said, **TICKED)

    assert (refused.status_code, MEANT in opened, MEANT in page) == (422, False, True)
    assert 'id="for_sales-error"' in page
    assert "“zauberwald” is part of the customer&#39;s name" in page
    assert [text in page for text in said.values()] == [True] * len(said)  # nothing typed is lost
    assert (written, accepted.status_code) == ([], 303)
    assert said["for_sales"] in session.scalars(select(Insight.text)).all()


@pytest.mark.parametrize(
    "field", ["observation_1", "observation_2", "observation_3", "for_marketing", "promise_1"]
)
def test_the_name_without_its_legal_form_is_refused_in_every_field_even_when_ticked(
    session, cast, past, signed_in, field
):
    session.get_one(Trip, past.id).customer = "Müller GmbH & Co. KG"
    session.commit()
    said = {**DEBRIEF, "owner_1": str(cast.bo.id), field: "Müller wants discounts"}

    answer = signed_in(cast.ada).post(f"/trips/{past.id}/debrief", **said, **TICKED)

    page = answer.get_data(as_text=True)
    assert (answer.status_code, f'id="{field}-error"' in page) == (422, True)
    assert "“Müller” names the customer." in page
    assert session.scalars(select(Insight)).all() == []


def test_an_offer_whose_region_holds_a_word_of_the_name_needs_a_tick(session, cast, signed_in):
    bo = signed_in(cast.bo)
    said = {**OFFER, "region": "Near the Zauberwald"}

    refused = bo.post("/trips/", **said)
    page = refused.get_data(as_text=True)
    stored = session.scalars(select(Gathering)).all()
    accepted = bo.post("/trips/", **said, **TICKED)

    assert (refused.status_code, 'id="region-error"' in page, PART in page) == (422, True, True)
    assert (MEANT in page, stored, accepted.status_code) == (True, [], 303)


def test_a_reason_to_call_off_that_holds_a_word_of_the_name_needs_a_tick(session, cast, signed_in):
    bo = signed_in(cast.bo)
    trip = offered(session, bo)
    path, reason = f"/trips/{trip.gathering_id}/call-off", "Zauberwald has no time"

    refused = bo.post(path, reason=reason)
    before = gathering_of(session, trip).state
    bo.post(path, reason=reason, **TICKED)

    page = refused.get_data(as_text=True)
    assert (refused.status_code, PART in page, reason in page) == (422, True, True)
    assert (before, gathering_of(session, trip).state) == (
        GatheringState.ANNOUNCED,
        GatheringState.CALLED_OFF,
    )


def test_a_refused_reason_to_a_guest_stays_in_the_open_form_on_the_page_of_the_day(
    session, cast, signed_in
):
    bo = signed_in(cast.bo)
    trip = offered(session, bo)
    booking = booked(session, signed_in(cast.ada), trip)
    path, reason = f"/trips/{trip.gathering_id}/guests/{booking.id}/decline", "Zauberwald says no"

    refused = bo.post(path, reason=reason)
    session.refresh(booking)
    before = booking.state
    named = bo.post(path, reason=f"{SECRET} says no", **TICKED)
    bo.post(path, reason=reason, **TICKED)

    page = refused.get_data(as_text=True)
    assert (refused.status_code, PART in page, MEANT in page) == (422, True, True)
    assert f'value="{reason}" aria-invalid="true"' in page
    assert (before, named.status_code) == (BookingState.BOOKED, 422)
    session.refresh(booking)
    assert booking.reason == reason


def test_a_customer_who_cancelled_is_said_in_one_press_whatever_they_are_called(
    session, cast, signed_in
):
    bo = signed_in(cast.bo)
    trip = offered(session, bo, customer="Blame Cosmetics")

    bo.post(f"/trips/{trip.gathering_id}/customer-cancelled")

    assert gathering_of(session, trip).state is GatheringState.CALLED_OFF
