"""What is done with a planned session: announced, moved, decided on, seen by its trainers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, CourseInterest, Gathering, Meeting
from tests.factories import NOW, make_person
from tests.gatherings.makers import (
    START,
    make_booking,
    make_course,
    make_gathering,
    make_interest,
    make_trainer,
)
from tests.gatherings.plans import lead, plan, said


def test_announcing_holds_the_trainer_and_tells_who_waited(session, cast, hr, course, form):
    plan(hr, course, form)
    made = session.scalar(select(Gathering))
    make_interest(session, course, cast.ada)

    stale = hr.post(f"/courses/sessions/{made.id}/announce", version="9")
    answer = hr.post(f"/courses/sessions/{made.id}/announce", version=str(made.version))

    held = session.scalars(select(Commitment)).all()
    assert (stale.status_code, answer.status_code) == (409, 303)
    assert session.scalar(select(Gathering.state)) == GatheringState.ANNOUNCED
    assert [(one.person_id, one.kind) for one in held] == [(cast.tina.id, CommitmentKind.TEACHING)]
    assert session.scalar(select(CourseInterest.told_at)) == NOW


def test_more_seats_move_people_up_and_fewer_throw_nobody_out(session, cast, hr):
    gathering = make_gathering(session, seats=1)
    make_booking(session, gathering, cast.ada)
    make_booking(session, gathering, cast.bo, state=BookingState.WAITLISTED)
    path = f"/courses/sessions/{gathering.id}/seats"

    wrong = hr.post(path, seats="501", version="1")
    stale = hr.post(path, seats="2", version="9")
    more = hr.post(path, seats="2", version=str(gathering.version))
    session.refresh(gathering)
    less = hr.post(path, seats="0", version=str(gathering.version))

    states = session.scalars(select(Booking.state)).all()
    session.refresh(gathering)
    assert [answer.status_code for answer in (wrong, stale, more, less)] == [422, 409, 303, 303]
    assert states == [BookingState.BOOKED, BookingState.BOOKED]
    assert (gathering.capacity, gathering.wanted_capacity, gathering.taken) == (2, 0, 2)


def test_a_session_is_moved_to_another_room_and_time(session, cast, hr, room):
    gathering = make_gathering(session)
    make_booking(session, gathering, cast.ada)
    values = {"count": "1", "version": str(gathering.version), "place_0": "", "link_0": ""}
    values |= {"day_0": "2027-01-12", "starts_0": "14:00", "ends_0": "16:00"}
    values |= {"room_id_0": str(room.id)}
    path = f"/courses/sessions/{gathering.id}/move"

    page = hr.page(path)
    wrong = hr.post(path, **values | {"ends_0": "13:00"})
    stale = hr.post(path, **values | {"version": "9"})
    answer = hr.post(path, **values)

    meeting = session.scalar(select(Meeting))
    assert 'value="2026-12-21"' in page
    assert [one.status_code for one in (wrong, stale, answer)] == [422, 409, 303]
    assert (meeting.starts_at, meeting.room_id) == (
        datetime(2027, 1, 12, 13, tzinfo=UTC),
        room.id,
    )


def test_a_move_into_a_taken_room_is_refused_in_words(session, hr, room):
    gathering = make_gathering(session)
    other = make_gathering(session, starts_at=START + timedelta(days=1))
    session.scalar(select(Meeting).where(Meeting.gathering_id == other.id)).room_id = room.id
    values = {"count": "1", "version": "1", "place_0": "", "link_0": "", "day_0": "2026-12-22"}
    values |= {"starts_0": "10:00", "ends_0": "12:00", "room_id_0": str(room.id)}

    answer = hr.post(f"/courses/sessions/{gathering.id}/move", **values)

    assert answer.status_code == 422
    assert "Library is taken on Dec 22, 2026 from 10:00 to 12:00" in said(answer, "room_id_0")


def test_a_session_that_has_begun_is_moved_no_more(session, cast, signed_in, clock):
    gathering = make_gathering(session, meetings=2)
    clock.move_to(START + timedelta(days=1))
    hr = signed_in(cast.olga)
    second = START + timedelta(weeks=1)
    days = {"day_0": f"{START:%Y-%m-%d}", "day_1": f"{second:%Y-%m-%d}"}
    times = {"starts_0": "10:00", "ends_0": "12:00", "starts_1": "10:00", "ends_1": "13:00"}
    places = {"place_0": "Market hall", "place_1": "Market hall", "room_id_0": "", "room_id_1": ""}

    answer = hr.post(
        f"/courses/sessions/{gathering.id}/move", version="1", count="2", **days, **times, **places
    )

    assert answer.status_code == 422
    assert "not open for bookings" in said(answer, "day_0")


def test_too_few_people_are_told_of_and_decided_on_in_one_step(session, cast, hr, course):
    gathering = make_gathering(session, course=course, minimum=6, decide_on=date(2026, 11, 25))
    make_booking(session, gathering, cast.ada)
    other = make_gathering(session, course=course, starts_at=START + timedelta(days=7))
    path = f"/courses/sessions/{gathering.id}"

    page, decision = hr.page(path), hr.page(f"{path}/decision")
    blank = hr.post(f"{path}/call-off", reason=" ")
    answer = hr.post(f"{path}/call-off", reason="Too few people.")
    again = hr.post(f"{path}/call-off", reason="Too few people.")

    kept = session.execute(select(CourseInterest.course_id, CourseInterest.person_id)).all()
    assert "1 of at least 6 have a seat. It is decided on Nov 25, 2026." in page
    assert f"/courses/sessions/{other.id}" in decision
    assert [one.status_code for one in (blank, answer, again)] == [422, 303, 409]
    assert session.get(Gathering, gathering.id).state == GatheringState.CALLED_OFF
    assert session.scalars(select(Booking.state)).all() == [BookingState.CALLED_OFF]
    assert [tuple(row) for row in kept] == [(gathering.course_id, cast.ada.id)]


def test_a_session_is_confirmed_with_too_few_people_all_the_same(session, cast, hr):
    gathering = make_gathering(session, minimum=6, decide_on=date(2026, 11, 23))
    make_booking(session, gathering, cast.ada)
    path = f"/courses/sessions/{gathering.id}"

    page = hr.page(path)
    answer = hr.post(f"{path}/confirm")
    twice = hr.post(f"{path}/confirm")

    assert "Too few people so far: please decide" in page
    assert (answer.status_code, twice.status_code) == (303, 409)
    assert session.scalar(select(Gathering.state)) == GatheringState.CONFIRMED


@pytest.mark.parametrize("state", [GatheringState.DRAFT, GatheringState.ANNOUNCED])
def test_trainers_see_their_own_sessions_and_write_the_note(
    session, cast, signed_in, state, course
):
    gathering = make_gathering(session, course=course, state=state)
    lead(session, gathering, cast.tina)
    tina = signed_in(cast.tina)
    path = f"/courses/sessions/{gathering.id}"

    page = tina.page(path)
    answer = tina.post(f"{path}/note", note="Bring a pen.", version=str(gathering.version))
    stale = tina.post(f"{path}/note", note="Bring two.", version=str(gathering.version + 5))

    assert f"{path}/announce" not in page
    assert f"{path}/edit" not in page
    assert (answer.status_code, stale.status_code) == (303, 409)
    assert session.scalar(select(Gathering.note)) == "Bring a pen."


@pytest.mark.parametrize("what", ["", "/note", "/edit", "/seats", "/move", "/decision"])
@pytest.mark.parametrize("who", ["ada", "lea", "another trainer"])
def test_nobody_else_finds_a_session_here(session, cast, signed_in, who, what):
    gathering = make_gathering(session)
    lead(session, gathering, cast.tina)
    person = (
        make_person(session, "Theo", roles=["trainer"])
        if who == "another trainer"
        else getattr(cast, who)
    )

    answer = signed_in(person).get(f"/courses/sessions/{gathering.id}{what}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "what", ["edit", "announce", "seats", "move", "confirm", "call-off", "discard"]
)
def test_a_trainer_steers_nothing(session, cast, signed_in, what):
    gathering = make_gathering(session)
    lead(session, gathering, cast.tina)

    answer = signed_in(cast.tina).post(f"/courses/sessions/{gathering.id}/{what}", version="1")

    assert answer.status_code == 404
    assert session.scalar(select(Gathering.state)) == GatheringState.ANNOUNCED


def test_the_list_is_a_click_away_once_it_has_begun(session, cast, signed_in, clock):
    gathering = make_gathering(session)
    before = signed_in(cast.olga).page(f"/courses/sessions/{gathering.id}")
    clock.move_to(START + timedelta(minutes=5))

    after = signed_in(cast.olga).page(f"/courses/sessions/{gathering.id}")

    assert [f"/sessions/{gathering.id}/attendance" in page for page in (before, after)] == [
        False,
        True,
    ]


STEPS = ("seats", "move", "terms", "decision", "note")


def test_hr_and_trainers_find_who_comes_and_the_page_people_see(session, cast, signed_in):
    gathering = make_gathering(session)
    session.refresh(gathering, ["meetings"])
    make_trainer(session, gathering.meetings[0], cast.tina)
    ways = [f'href="/sessions/{gathering.id}/participants"', f'href="/sessions/{gathering.id}"']

    path = f"/courses/sessions/{gathering.id}"
    pages = [signed_in(who).page(path) for who in (cast.olga, cast.tina)]

    assert [[way in page for way in ways] for page in pages] == [[True, True]] * 2


def test_hr_reads_titles_and_task_in_the_own_language(session, cast, hr):
    course = make_course(session)
    gathering = make_gathering(session, course=course, title=course.title_de, language="de")
    step = f"/courses/sessions/{gathering.id}"
    paths = ["/courses/sessions/", "/occupancy/", step, *(f"{step}/{it}" for it in STEPS)]

    pages = {path: hr.page(path) for path in paths}

    assert {path: course.title_de in page for path, page in pages.items()} == dict.fromkeys(
        paths, False
    )
    assert (course.title_en in pages[step], course.joint_task_en in pages[step]) == (True, True)
    found = hr.page(f"/courses/sessions/?q={course.title_en}")
    assert f'href="{step}"' in found


def test_a_move_says_before_how_many_are_told(session, cast, hr):
    gathering = make_gathering(session, seats=1)
    make_booking(session, gathering, cast.ada)
    make_booking(session, gathering, cast.bo, state=BookingState.WAITLISTED)
    make_booking(session, gathering, cast.cy, state=BookingState.CANCELLED)

    page = hr.page(f"/courses/sessions/{gathering.id}/move")

    assert "Everybody who booked or waits is told: 2 people" in page


def test_trips_are_not_found_here(session, cast, hr):
    trip = make_gathering(session, host=cast.bo)

    assert hr.get(f"/courses/sessions/{trip.id}").status_code == 404


@pytest.mark.parametrize("meetings", [1, 3])
def test_a_session_asks_the_same_number_of_times(session, cast, hr, count_statements, meetings):
    gathering = make_gathering(session, meetings=meetings)
    lead(session, gathering, cast.tina)
    for person in (cast.ada, cast.bo, cast.cy)[:meetings]:
        make_booking(session, gathering, person)
    hr.page(f"/courses/sessions/{gathering.id}")

    with count_statements() as statements:
        hr.page(f"/courses/sessions/{gathering.id}")

    assert len(statements) == 11


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_list_of_sessions_asks_the_same_number_of_times(
    session, hr, course, count_statements, sessions
):
    for number in range(sessions):
        make_gathering(session, course=course, starts_at=START + timedelta(days=number))
    hr.page("/courses/sessions/")

    with count_statements() as statements:
        page = hr.page("/courses/sessions/?when=to_come&sort=title")

    assert page.count(course.title_en) == sessions
    assert len(statements) <= 9
