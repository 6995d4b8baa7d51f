"""The page of a date: its reader sees where they stand and the one thing they can do."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.agenda.models import CommitmentKind
from app.domain.seats import Approval, BookingState, GatheringState
from app.gatherings.models import Meeting
from app.gatherings.services.attendance import show_code
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person, make_site
from tests.gatherings.makers import (
    START,
    make_booking,
    make_certificate,
    make_course,
    make_gathering,
    make_interest,
    make_trainer,
)

PANEL = re.compile(r'<section class="action-panel.*?</section>', re.DOTALL)
HEADING = re.compile(r"<h2>\s*(.*?)\s*</h2>", re.DOTALL)
BUTTON = re.compile(r"<button[^>]*>.*?<span>([^<]+)</span>", re.DOTALL)


def let_lead(session, gathering, person, *, number=1):
    """Let a person lead one meeting."""
    wanted = (Meeting.gathering_id == gathering.id, Meeting.number == number)
    make_trainer(session, session.scalar(select(Meeting).where(*wanted)), person)


def panel(visitor, gathering):
    """Heading and buttons of what the reader can do."""
    found = PANEL.search(visitor.page(f"/sessions/{gathering.id}")).group()
    heading = " ".join(unescape(HEADING.search(found).group(1)).split())
    return heading, BUTTON.findall(found)


@pytest.mark.parametrize(
    ("fields", "state", "expected"),
    [
        ({}, None, ("10 seats are free", ["Book a seat"])),
        ({"needs_approval": True}, None, ("10 seats are free", ["Ask for a seat"])),
        ({"seats": 0}, None, ("All seats are taken, nobody waits yet", ["Join the waiting list"])),
        ({}, BookingState.BOOKED, ("You have a seat", ["Yes, cancel it"])),
        ({}, BookingState.REQUESTED, ("You asked for a seat", ["Take the request back"])),
        (
            {},
            BookingState.OFFERED,
            ("A seat is kept for you", ["Accept the seat", "Leave it to the next"]),
        ),
        (
            {"seats": 0},
            BookingState.WAITLISTED,
            ("You are number 1 on the waiting list", ["Leave the waiting list"]),
        ),
        ({"state": GatheringState.CALLED_OFF}, None, ("This date was called off.", [])),
        ({"closes_at": NOW}, None, ("Booking is closed.", [])),
        ({"opens_at": NOW + timedelta(days=2)}, None, ("Booking has not opened yet.", [])),
        ({"cancel_until": NOW}, BookingState.BOOKED, ("You have a seat", [])),
    ],
)
def test_the_reader_has_one_thing_to_do(session, cast, signed_in, fields, state, expected):
    gathering = make_gathering(session, **fields)
    if state is not None:
        make_booking(session, gathering, cast.ada, state=state)

    assert panel(signed_in(cast.ada), gathering) == expected


def test_what_was_moved_can_be_given_back_longer(session, cast, signed_in):
    gathering = make_gathering(session, cancel_until=NOW)
    make_booking(session, gathering, cast.ada, leave_until=gathering.starts_at)

    assert panel(signed_in(cast.ada), gathering) == ("You have a seat", ["Yes, cancel it"])


def test_the_place_in_line_follows_priority_and_time(session, cast, signed_in):
    gathering = make_gathering(session, seats=0)
    waits = {"state": BookingState.WAITLISTED}
    make_booking(session, gathering, cast.bo, **waits)
    make_booking(session, gathering, cast.ada, at=NOW + timedelta(minutes=1), **waits)
    make_booking(session, gathering, cast.cy, at=NOW + timedelta(hours=1), priority=1, **waits)

    places = [panel(signed_in(one), gathering)[0] for one in (cast.cy, cast.bo, cast.ada)]

    assert places == [f"You are number {place} on the waiting list" for place in (1, 2, 3)]


def test_a_hard_clash_forbids_and_a_soft_one_warns(session, cast, signed_in):
    gathering = make_gathering(session)
    elsewhere = {"kind": CommitmentKind.STAY, "title": "Stay in Elbe"}
    make_commitment(session, cast.ada, START, hard=True, **elsewhere)
    make_commitment(session, cast.bo, START, hard=False, **elsewhere)

    forbidden = panel(signed_in(cast.ada), gathering)
    warned = panel(signed_in(cast.bo), gathering)

    assert forbidden == ("You have to be somewhere else at that time.", [])
    assert warned == ("10 seats are free", ["Book a seat"])
    page = unescape(signed_in(cast.bo).page(f"/sessions/{gathering.id}"))
    assert "Stay in Elbe: Mon, Dec 21, 2026, 10:00–12:00. You can book all the same." in page


def test_who_lacks_a_certificate_is_led_to_the_course_that_comes_first(session, cast, signed_in):
    first = make_course(session, "Basics")
    gathering = make_gathering(session, course=make_course(session, requires=[first]))
    past = make_gathering(session, course=first, starts_at=NOW - timedelta(days=300))
    for person, valid_until in ((cast.bo, date(2026, 12, 20)), (cast.cy, date(2026, 12, 21))):
        attended = make_booking(session, past, person, state=BookingState.ATTENDED)
        make_certificate(session, attended, first, valid_until=valid_until)

    steps = {one.id: panel(signed_in(one), gathering)[1] for one in (cast.ada, cast.bo, cast.cy)}

    assert steps == {cast.ada.id: [], cast.bo.id: [], cast.cy.id: ["Book a seat"]}
    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")
    assert f'<a href="/trainings/{first.id}">{first.title_en}</a>' in page


def test_people_of_other_departments_learn_that_it_is_not_for_them(session, cast, signed_in):
    gathering = make_gathering(session, course=make_course(session, audience=[cast.sales]))

    assert panel(signed_in(cast.bo), gathering)[1] == ["Book a seat"]
    assert panel(signed_in(cast.ada), gathering) == (
        "This is meant for people of other departments.",
        [],
    )


@pytest.mark.parametrize(
    ("who", "names"),
    [("ada", "Lea Test or Dan Test"), ("lea", "Dan Test"), ("cy", "Olga Test")],
)
def test_those_who_decide_are_named(session, cast, signed_in, who, names):
    gathering = make_gathering(session, needs_approval=True)

    page = signed_in(getattr(cast, who)).page(f"/sessions/{gathering.id}")

    assert f"{names} decides within five working days." in page


def test_the_exact_moments_stand_on_the_readers_clock_and_the_site_has_its_own(
    session, cast, signed_in
):
    lisbon = make_site(session, "Lisbon", zone="Europe/Lisbon", country="PT", subdivision=None)
    gathering = make_gathering(session, site=lisbon)

    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")

    assert "You can give it back until Wed, Dec 16, 2026, 10:00, without saying why." in page
    assert "Mon, Dec 21, 2026, 10:00–12:00" in page
    assert "Mon, Dec 21, 2026, 09:00–11:00 in Lisbon" in page


@pytest.mark.parametrize(
    ("closes_at", "told"),
    [
        (datetime(2026, 12, 19, 23, tzinfo=UTC), "Sat, Dec 19, 2026, 23:59"),
        (datetime(2026, 12, 19, 11, tzinfo=UTC), "Sat, Dec 19, 2026, 12:00"),
    ],
)
def test_what_closes_with_a_day_says_which_day(session, cast, signed_in, closes_at, told):
    gathering = make_gathering(session, closes_at=closes_at)

    assert told in signed_in(cast.ada).page(f"/sessions/{gathering.id}")


def test_who_books_too_late_to_give_it_back_is_told_before(session, cast, signed_in):
    gathering = make_gathering(session, cancel_until=NOW - timedelta(days=1))

    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")

    assert ("you cannot give it back by yourself" in page, "Cancel until" in page) == (True, False)


def test_who_is_elsewhere_is_led_to_other_dates(session, cast, signed_in):
    gathering = make_gathering(session)
    make_commitment(session, cast.ada, START, source_id=4711, hard=True)

    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")

    assert f'href="/trainings/{gathering.course_id}#dates"' in page


def test_every_meeting_has_its_place_to_sign(session, cast, signed_in):
    gathering = make_gathering(session, meetings=2)
    make_booking(session, gathering, cast.ada)

    page = signed_in(cast.olga).page(f"/sessions/{gathering.id}/participants")

    heads = re.findall(r'class="print-only">([^<]+)<', page)
    assert heads == ["Signature, Dec 21, 2026", "Signature, Dec 28, 2026"]
    assert page.count('class="print-only signature"') == 2


def test_links_are_for_those_who_take_part(session, cast, signed_in):
    gathering = make_gathering(session)
    session.refresh(gathering, ["meetings"])
    gathering.meetings[0].link = "https://meet.example/room"
    make_booking(session, gathering, cast.ada)
    make_booking(session, gathering, cast.cy, state=BookingState.WAITLISTED)

    seen = {
        one.id: "https://meet.example/room" in signed_in(one).page(f"/sessions/{gathering.id}")
        for one in (cast.ada, cast.bo, cast.cy)
    }

    assert seen == {cast.ada.id: True, cast.bo.id: False, cast.cy.id: False}


def test_who_has_entered_the_code_is_asked_for_it_no_more(session, cast, signed_in, clock):
    gathering = make_gathering(session)
    make_booking(session, gathering, cast.ada)
    session.refresh(gathering, ["meetings"])
    code = show_code(session, gathering.meetings[0])
    told = ("I am here", "Your presence is noted")

    def seen():
        page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")
        return [words in page for words in told]

    early = seen()
    clock.move_to(START - timedelta(minutes=10))
    before = seen()
    signed_in(cast.ada).post(f"/sessions/{gathering.id}/check-in", code=code)

    assert (early, before, seen()) == ([False, False], [True, False], [False, True])


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (80, "the first in line moves up by itself"),
        (72, "the first in line is asked and has some hours to accept"),
        (20, "Booking is closed: a seat that comes free now stays free."),
    ],
)
def test_who_waits_reads_what_becomes_of_a_free_seat_now(
    session, cast, signed_in, clock, hours, words
):
    gathering = make_gathering(session, seats=0)
    make_booking(session, gathering, cast.ada, state=BookingState.WAITLISTED)
    clock.move_to(START - timedelta(hours=hours))

    assert words in signed_in(cast.ada).page(f"/sessions/{gathering.id}")


def test_who_takes_part_can_take_the_date_along(session, cast, signed_in):
    gathering = make_gathering(session)
    visitor = signed_in(cast.ada)
    before = visitor.page(f"/sessions/{gathering.id}")
    visitor.post(f"/sessions/{gathering.id}/book")

    page = visitor.page(f"/sessions/{gathering.id}")

    link = re.search(r'href="(/events/calendar\.ics[^"]*)"', page).group(1)
    file = visitor.get(unescape(link))
    assert ("calendar.ics" in before, file.status_code) == (False, 200)
    assert "BEGIN:VEVENT" in file.text


def test_held_seats_and_the_day_they_are_released_are_told(session, cast, signed_in):
    gathering = make_gathering(session, held=[(cast.sales, 4)], release_on=date(2026, 12, 10))

    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")

    assert "4 seats are kept for Sales" in page
    assert "What is not taken by Dec 10, 2026 is for everybody." in page


def test_a_whole_life_of_a_booking_stands_in_its_history(session, cast, signed_in):
    gathering = make_gathering(session)
    visitor = signed_in(cast.ada)

    visitor.post(f"/sessions/{gathering.id}/book")
    booked = visitor.page(f"/sessions/{gathering.id}")
    booking_id = int(re.search(r"/bookings/(\d+)/cancel", booked).group(1))
    visitor.post(f"/bookings/{booking_id}/cancel")

    page = visitor.page(f"/sessions/{gathering.id}")
    timeline = page.split('<ol class="timeline">')[1]
    assert re.findall(r"<strong>(\w+)</strong>", timeline) == ["Booked", "Cancelled"]
    assert panel(visitor, gathering) == ("10 seats are free", ["Book a seat"])


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 404), ("lea", 404), ("olga", 200), ("tina", 200)]
)
def test_a_draft_is_seen_by_hr_and_those_who_lead_it(session, cast, signed_in, who, status):
    gathering = make_gathering(session, state=GatheringState.DRAFT)
    let_lead(session, gathering, cast.tina)

    assert signed_in(getattr(cast, who)).get(f"/sessions/{gathering.id}").status_code == status


@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [
        ((), "Nobody waits for a date of this course."),
        (("ada",), "1 person who waits for a date is told then."),
        (("ada", "bo"), "2 people who wait for a date are told then."),
    ],
)
def test_a_draft_says_how_many_its_announcement_tells(session, cast, signed_in, waiting, sentence):
    course = make_course(session)
    gathering = make_gathering(session, course=course, state=GatheringState.DRAFT)
    for name in waiting:
        make_interest(session, course, getattr(cast, name))

    page = signed_in(cast.olga).get(f"/courses/sessions/{gathering.id}").text

    assert sentence in page


def test_a_joint_day_has_its_own_page(session, cast, signed_in):
    trip = make_gathering(session, host=cast.bo)

    answer = signed_in(cast.ada).get(f"/sessions/{trip.id}")

    assert (answer.status_code, answer.location) == (302, f"/trips/{trip.id}")


def test_an_unknown_date_is_not_found(cast, signed_in):
    assert signed_in(cast.ada).get("/sessions/9999").status_code == 404


# -- those who lead it ----------------------------------------------------------------------------


def test_a_trainer_finds_the_own_sessions_and_who_comes(session, cast, signed_in):
    to_come = make_gathering(session, course=make_course(session, "To come"))
    past = make_gathering(session, starts_at=NOW - timedelta(days=9))
    foreign_course = make_course(session, "Foreign")
    make_gathering(session, course=foreign_course)
    for gathering in (to_come, past):
        let_lead(session, gathering, cast.tina)
    make_booking(session, to_come, cast.ada)
    make_booking(session, to_come, cast.bo, state=BookingState.WAITLISTED)

    page = signed_in(cast.tina).page("/sessions/led")

    listed = re.findall(r'class="stretched" href="([^"]+)"', page)
    assert listed == [f"/sessions/{one.id}/participants" for one in (to_come, past)]
    assert foreign_course.title_en not in page
    assert ("1 person comes" in page, "0 seats were booked" in page) == (True, True)


def test_the_list_names_those_who_are_sure_by_family_name(session, cast, signed_in):
    gathering = make_gathering(session)
    let_lead(session, gathering, cast.tina)
    zoe = make_person(session, "Zoe", team=cast.elbe, family_name="Ämter")
    for person in (cast.bo, zoe, cast.ada):
        make_booking(session, gathering, person)
    make_booking(session, gathering, cast.ann, state=BookingState.REQUESTED)
    make_booking(session, gathering, cast.cy, state=BookingState.CANCELLED)
    visitor = signed_in(cast.tina)

    page = visitor.page(f"/sessions/{gathering.id}/participants")
    file = visitor.get(f"/sessions/{gathering.id}/participants?format=csv")

    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    names = re.findall(r"<span>([A-Z]\w+ [\wÄ]+)<", rows)
    assert names == ["Zoe Ämter", "Ada Test", "Bo Test"]
    assert [line.split(",")[0].strip('"') for line in file.text.lstrip("\ufeff").splitlines()] == [
        "Name",
        "Zoe Ämter",
        "Ada Test",
        "Bo Test",
    ]


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 404), ("lea", 404), ("tina", 404), ("olga", 200), ("eve", 200)]
)
def test_participants_are_for_hr_and_whoever_leads_this_one(session, cast, signed_in, who, status):
    gathering = make_gathering(session)
    let_lead(session, gathering, cast.eve)  # by the meeting, without the role

    answer = signed_in(getattr(cast, who)).get(f"/sessions/{gathering.id}/participants")

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/sessions/ID", "/sessions/ID/participants", "/sessions/led"])
def test_the_number_of_people_and_meetings_does_not_change_the_number_of_statements(
    session, cast, signed_in, count_statements, path
):
    gathering = make_gathering(session, meetings=3, needs_approval=True)
    let_lead(session, gathering, cast.tina)
    make_booking(session, gathering, cast.ada)
    visitor = signed_in(cast.tina)
    path = path.replace("ID", str(gathering.id))
    visitor.page(path)
    with count_statements() as few:
        visitor.page(path)
    for number in range(1, 4):
        make_booking(session, gathering, make_person(session, f"Guest{number}", team=cast.elbe))
        other = make_gathering(session, starts_at=START + timedelta(days=number))
        let_lead(session, other, cast.tina)
    let_lead(session, gathering, cast.eve, number=2)
    with count_statements() as many:
        visitor.page(path)

    assert len(many) == len(few)


def test_a_pending_approval_on_the_list_is_told(session, cast, signed_in):
    gathering = make_gathering(session, seats=0, needs_approval=True)
    waits = {"state": BookingState.WAITLISTED, "approval": Approval.PENDING}
    make_booking(session, gathering, cast.ada, **waits)

    page = signed_in(cast.ada).page(f"/sessions/{gathering.id}")

    assert "Lea Test or Dan Test still has to agree; your place stays yours meanwhile." in page
