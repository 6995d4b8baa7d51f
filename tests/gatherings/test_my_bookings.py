"""My bookings: open questions, what is coming, what I wait for, what was."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import BookingStep, Gathering
from tests.factories import NOW
from tests.gatherings.makers import START, make_booking, make_course, make_gathering

SECTION = re.compile(r'<section class="section">.*?</section>', re.DOTALL)
HEADING = re.compile(r"<h2>(.*?)</h2>")
TITLE = re.compile(r'class="booking-title" href="/sessions/\d+">(.*?) \(\d+\)<')


def sections(page):
    """Heading of each part -> the courses under it, in order."""
    return {
        HEADING.search(part).group(1): [unescape(title) for title in TITLE.findall(part)]
        for part in SECTION.findall(page)
    }


def booked(session, person, title, *, start=START, state=BookingState.BOOKED, **fields):
    gathering = make_gathering(session, course=make_course(session, title), starts_at=start)
    return make_booking(session, gathering, person, state=state, **fields)


def test_bookings_stand_where_they_belong(session, cast, signed_in):
    booked(session, cast.ada, "Later", start=START + timedelta(days=7))
    booked(session, cast.ada, "Sooner")
    booked(session, cast.ada, "Asked", state=BookingState.REQUESTED)
    booked(session, cast.ada, "Offered", state=BookingState.OFFERED)
    booked(session, cast.ada, "Waiting", state=BookingState.WAITLISTED)
    booked(session, cast.ada, "Refused", state=BookingState.DECLINED)
    booked(session, cast.ada, "Been there", start=NOW - timedelta(days=30))
    booked(session, cast.bo, "Foreign")

    assert sections(signed_in(cast.ada).page("/my-bookings")) == {
        "Open questions": ["Asked", "Offered"],
        "Coming": ["Sooner", "Later"],
        "On the waiting list": ["Waiting"],
        "Past and ended": ["Refused", "Been there"],
    }


def test_each_state_offers_its_own_act(session, cast, signed_in):
    acts = {
        BookingState.BOOKED: ["cancel"],
        BookingState.REQUESTED: ["cancel"],
        BookingState.OFFERED: ["accept", "turn-down"],
        BookingState.WAITLISTED: ["leave"],
        BookingState.DECLINED: [],
    }
    made = {booked(session, cast.ada, state.value, state=state).id: state for state in acts}

    page = signed_in(cast.ada).page("/my-bookings")

    found = {state: [] for state in acts}
    for key, act in re.findall(r'action="/bookings/(\d+)/([\w-]+)"', page):
        found[made[int(key)]].append(act)
    assert found == acts


def test_the_place_in_line_and_the_reason_of_a_refusal_are_told(session, cast, signed_in):
    full = make_gathering(session, seats=0)
    waits = {"state": BookingState.WAITLISTED}
    make_booking(session, full, cast.bo, **waits)
    make_booking(session, full, cast.ada, at=NOW + timedelta(minutes=1), **waits)
    booked(session, cast.ada, "Refused", state=BookingState.DECLINED, reason="Quarter end")

    page = signed_in(cast.ada).page("/my-bookings")

    assert "number 2 on the waiting list" in page
    assert "Reason: Quarter end" in page


def test_the_history_names_every_step(session, cast, signed_in):
    booking = booked(session, cast.ada, "Moved up", state=BookingState.WAITLISTED)
    booking.state = BookingState.BOOKED
    step = BookingStep(
        booking_id=booking.id,
        version=2,
        before=BookingState.WAITLISTED,
        after=BookingState.BOOKED,
        at=NOW + timedelta(hours=2),
        reason="A seat came free",
    )
    session.add(step)

    timeline = signed_in(cast.ada).page("/my-bookings").split('<ol class="timeline">')[1]

    assert re.findall(r"<strong>([^<]+)</strong>", timeline) == ["On the waiting list", "Booked"]
    assert "A seat came free" in timeline


def test_what_was_called_off_is_over(session, cast, signed_in):
    booking = booked(session, cast.ada, "Gone", state=BookingState.CALLED_OFF)
    session.get(Gathering, booking.gathering_id).state = GatheringState.CALLED_OFF

    assert sections(signed_in(cast.ada).page("/my-bookings")) == {"Past and ended": ["Gone"]}


def test_an_empty_page_leads_to_the_trainings(cast, signed_in):
    page = signed_in(cast.ada).page("/my-bookings")

    assert "You have booked nothing yet" in page
    assert page.count('href="/trainings/"') >= 2


def test_the_own_bookings_can_be_taken_along(session, cast, signed_in):
    booked(session, cast.ada, "=cmd()")
    booked(session, cast.bo, "Foreign")

    file = signed_in(cast.ada).get("/my-bookings?format=csv").text.lstrip("\ufeff").splitlines()

    assert len(file) == 2
    assert "'=cmd()" in file[1]


@pytest.mark.parametrize("query", ["?page=0", "?page=x&size=9999", "?page=99&sort=%00"])
def test_addresses_out_of_bounds_fall_back(session, cast, signed_in, query):
    booked(session, cast.ada, "Past", start=NOW - timedelta(days=30))

    assert signed_in(cast.ada).get(f"/my-bookings{query}").status_code == 200


def test_the_number_of_bookings_does_not_change_the_number_of_statements(
    session, cast, signed_in, count_statements
):
    states = (BookingState.BOOKED, BookingState.WAITLISTED, BookingState.DECLINED)
    visitor = signed_in(cast.ada)
    for state in states:
        booked(session, cast.ada, "First", state=state)
    visitor.page("/my-bookings")
    with count_statements() as few:
        visitor.page("/my-bookings")
    for state in states * 2:
        booked(session, cast.ada, "More", state=state)
    with count_statements() as many:
        visitor.page("/my-bookings")

    assert len(many) == len(few)
