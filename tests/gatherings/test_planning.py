"""HR plans a session: rows of meetings without a script, clashes in words, then announces it."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.agenda.models import Commitment, CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import Booking, CourseInterest, Gathering, HeldSeats, Meeting
from app.people.models import Absence, PublicHoliday
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_person, make_site
from tests.gatherings.makers import (
    START,
    make_booking,
    make_course,
    make_gathering,
    make_interest,
    make_room,
    make_trainer,
)

TEN = datetime(2026, 12, 15, 9, tzinfo=UTC)  # ten o'clock in Cologne
VALUES = re.compile(r'name="(\w+)"[^>]*value="([^"]*)"')


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


@pytest.fixture
def course(session):
    return make_course(session, minutes=240)


@pytest.fixture
def room(session):
    return make_room(session)


@pytest.fixture
def form(session, room, cast):
    """Fill in one morning in the library, led by Tina."""
    return {
        "do": "save",
        "count": "1",
        "language": "de",
        "site_id": str(room.site_id),
        "day_0": "2026-12-15",
        "starts_0": "09:00",
        "ends_0": "13:00",
        "room_id_0": str(room.id),
        "place_0": "",
        "link_0": "",
        "trainers": [str(cast.tina.id)],
        "capacity": "12",
        "minimum": "6",
        "decide_on": "2026-12-08",
        "opens_on": "2026-11-23",
        "closes_on": "2026-12-11",
        "cancel_days": "3",
        "note": "Bring an example.",
    }


def plan(hr, course, form, **changes):
    return hr.post(f"/courses/{course.id}/sessions", **form | changes)


def said(answer, field):
    page = unescape(answer.get_data(as_text=True))
    return page.split(f'id="{field}-error"')[1].split("</p>")[0]


def lead(session, gathering, person):
    for meeting in session.scalars(select(Meeting).where(Meeting.gathering_id == gathering.id)):
        make_trainer(session, meeting, person)


def test_a_session_is_kept_as_a_draft(session, cast, hr, course, room, form):
    answer = plan(hr, course, form, release_on="2026-12-01", **{f"held_{cast.sales.id}": "4"})

    made = session.scalar(select(Gathering))
    meeting = session.scalar(select(Meeting))
    held = session.execute(select(HeldSeats.department_id, HeldSeats.seats)).all()
    assert (answer.status_code, answer.location) == (303, f"/courses/sessions/{made.id}")
    assert (made.state, made.title, made.capacity, made.wanted_capacity, made.minimum) == (
        GatheringState.DRAFT,
        course.title_de,
        12,
        12,
        6,
    )
    assert (made.starts_at, made.ends_at) == (
        datetime(2026, 12, 15, 8, tzinfo=UTC),
        datetime(2026, 12, 15, 12, tzinfo=UTC),
    )
    assert made.closes_at == datetime(
        2026, 12, 11, 23, tzinfo=UTC
    )  # the last day is open to its end
    assert made.cancel_until == datetime(2026, 12, 10, 8, tzinfo=UTC)  # Thursday before, at 9:00
    assert (meeting.room_id, meeting.active) == (room.id, True)
    assert [tuple(row) for row in held] == [(cast.sales.id, 4)]


def test_public_holidays_move_the_last_moment_to_cancel(session, hr, course, form):
    site_id = int(form["site_id"])
    holiday = PublicHoliday(site_id=site_id, day=date(2026, 12, 14), name_de="F", name_en="Feast")
    session.add(holiday)

    plan(hr, course, form)

    expected = datetime(2026, 12, 9, 8, tzinfo=UTC)
    assert session.scalar(select(Gathering.cancel_until)) == expected


def test_check_shows_the_exact_moment_and_keeps_nothing(session, hr, course, form):
    answer = plan(hr, course, form, do="check")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Cancelling is free until Dec 10, 2026 09:00" in page
    assert "All meetings together last 4 hours." in page
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0


def test_rows_of_meetings_come_and_go_without_a_script(hr, course, form):
    more = plan(hr, course, form, do="add")
    longer = form | {"count": "2", "day_1": "2026-12-17", "starts_1": "10:00", "place_1": "Hall"}
    less = plan(hr, course, longer, do="remove-0")
    last = plan(hr, course, form, do="remove-0")

    grown = dict(VALUES.findall(re.sub(r"\s+", " ", more.get_data(as_text=True))))
    page = less.get_data(as_text=True)
    assert (more.status_code, less.status_code) == (200, 200)
    assert 'id="day_1"' in more.get_data(as_text=True)
    assert grown["count"] == "2"
    assert 'value="2026-12-16"' in more.get_data(as_text=True)  # a day later, same times and room
    assert [text in page for text in ('value="2026-12-17"', 'value="Hall"', 'id="day_1"')] == [
        True,
        True,
        False,
    ]
    assert 'value="2026-12-15"' in last.get_data(as_text=True)  # one meeting always stays


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"day_0": "2026-02-30"}, ("day_0", "Not a valid date value.")),
        ({"day_0": "9999-12-31"}, ("day_0", "between 1950 and 2099")),
        ({"day_0": "2026-11-20"}, ("day_0", "would begin in the past")),
        ({"starts_0": "25:00"}, ("starts_0", "Not a valid time value.")),
        ({"ends_0": ""}, ("ends_0", "Please fill in this field.")),
        ({"ends_0": "09:00"}, ("ends_0", "The end must come after the start.")),
        ({"room_id_0": "4711"}, ("room_id_0", "Not a valid choice.")),
        ({"room_id_0": ""}, ("room_id_0", "Please choose a room")),
        ({"place_0": "a" * 201}, ("place_0", "longer than 200")),
        ({"link_0": "javascript:alert(1)"}, ("link_0", "beginning with https://")),
        ({"link_0": "http://[::1"}, ("link_0", "beginning with https://")),
        ({"language": "fr"}, ("language", "Not a valid choice.")),
        ({"site_id": "x"}, ("site_id", "Invalid Choice")),
        ({"trainers": ["4711"]}, ("trainers", "not a valid choice")),
        ({"capacity": "501"}, ("capacity", "between 1 and 500")),
        ({"capacity": "21"}, ("room_id_0", "Library has 20 seats only.")),
        ({"minimum": "13"}, ("minimum", "more needed than there are seats")),
        ({"minimum": "-1"}, ("minimum", "between 0 and 500")),
        ({"decide_on": ""}, ("decide_on", "on which day it is decided")),
        ({"decide_on": "2026-12-15"}, ("decide_on", "before the day of the first meeting")),
        ({"opens_on": ""}, ("opens_on", "Please fill in this field.")),
        ({"opens_on": "2026-12-12"}, ("closes_on", "must close after it opens")),
        ({"closes_on": "2026-12-16"}, ("closes_on", "by the day of the first meeting")),
        ({"cancel_days": "31"}, ("cancel_days", "between 0 and 30")),
        ({"release_on": "2027-01-01"}, ("release_on", "before booking closes")),
        ({"note": "\x00"}, ("note", "invisible control characters")),
    ],
)
def test_a_wrong_plan_is_said_beside_its_field(session, hr, course, form, wrong, told):
    answer = plan(hr, course, form, **wrong)

    assert answer.status_code == 422
    assert told[1] in said(answer, told[0])
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0


def test_a_count_of_rows_that_is_no_number_means_one(session, hr, course, form):
    statuses = [
        plan(hr, course, form | {"count": count}, do="check").status_code
        for count in ("", "x", "\u00b2", "-1", "9" * 4000, "0")
    ]

    assert set(statuses) <= {200, 422}
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0


def test_an_hour_that_the_clocks_skip_is_refused(hr, course, form):
    wrong = {
        "day_0": "2027-03-28",
        "starts_0": "02:30",
        "ends_0": "06:00",
        "closes_on": "2027-03-01",
    }

    answer = plan(hr, course, form, **wrong)

    assert answer.status_code == 422
    assert "This time does not exist" in said(answer, "starts_0")


def test_a_public_holiday_of_the_site_is_refused_by_its_name(session, hr, course, form):
    day = PublicHoliday(
        site_id=int(form["site_id"]), day=date(2026, 12, 15), name_de="Festtag", name_en="Feast"
    )
    session.add(day)

    answer = plan(hr, course, form)

    assert "Dec 15, 2026 is a public holiday there: Feast." in said(answer, "day_0")


def test_a_room_that_is_taken_is_named_with_what_and_when(session, hr, course, form, room):
    plan(hr, course, form)
    first = session.scalar(select(Gathering))

    answer = plan(hr, course, form, trainers=[], starts_0="12:00", ends_0="15:00")
    after = plan(hr, course, form, trainers=[], starts_0="13:00", ends_0="15:00")

    assert said(answer, "room_id_0").endswith(
        f"Library is taken on Dec 15, 2026 from 09:00 to 13:00: “{first.title}”.</span>"
    )
    assert after.status_code == 303  # it begins as the other one ends


def test_a_room_of_another_site_or_a_closed_one_is_refused(session, hr, course, form, room):
    vienna = make_site(session, "Vienna", zone="Europe/Vienna")
    elsewhere = plan(hr, course, form, site_id=str(vienna.id))
    room.closed_on = date(2026, 12, 15)
    closed = plan(hr, course, form)

    assert "Library is at another site." in said(elsewhere, "room_id_0")
    assert "Library is closed on that day." in said(closed, "room_id_0")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (
            timedelta(hours=1),
            "is elsewhere on Dec 15, 2026 from 10:00 to 11:00: “Dentist”.",
        ),
        (timedelta(days=3), "is elsewhere from Dec 15, 2026 to Dec 17, 2026: “Dentist”."),
    ],
)
def test_a_trainer_who_is_elsewhere_is_named(session, cast, hr, form, length, expected):
    begin = datetime(2026, 12, 14, 23, tzinfo=UTC) if length.days else TEN
    hours = length.total_seconds() / 3600
    make_commitment(session, cast.tina, begin, title="Dentist", hours=hours, hard=True)

    answer = hr.post(f"/courses/{make_course(session).id}/sessions", **form)

    assert expected in said(answer, "trainers")


def test_a_trainer_of_another_draft_is_elsewhere(session, hr, course, form):
    plan(hr, course, form)

    answer = plan(hr, course, form, room_id_0="", place_0="Town hall")

    assert "Tina Test is elsewhere on Dec 15, 2026 from 09:00 to 13:00" in said(answer, "trainers")


def test_soft_things_are_hints_and_forbid_nothing(session, cast, hr, course, form):
    session.add(
        Absence(
            person_id=cast.tina.id,
            starts_on=date(2026, 12, 12),
            ends_on=date(2026, 12, 13),
            created_at=NOW,
        )
    )
    weekend = {"day_0": "2026-12-12", "ends_0": "12:00", "closes_on": "2026-12-01"}

    answer = plan(hr, course, form, do="check", **weekend)
    kept = plan(hr, course, form, **weekend)

    page = answer.get_data(as_text=True)
    hints = (
        "Dec 12, 2026 is on a weekend.",
        "Tina Test has days off on Dec 12, 2026.",
        "The meetings last 180 minutes, the course 240.",
    )
    assert [hint in page for hint in hints] == [True, True, True]
    assert kept.status_code == 303


def test_two_meetings_in_a_room_are_refused_by_the_database(session, engine, room):
    first, second = make_gathering(session), make_gathering(session)
    meetings = session.scalars(select(Meeting).order_by(Meeting.id)).all()
    meetings[0].room_id = room.id
    session.commit()

    meetings[1].room_id = room.id
    with pytest.raises(IntegrityError, match="ex_meeting_one_room"):
        session.commit()
    session.rollback()

    assert first.id != second.id


def test_without_the_guard_a_room_would_be_taken_twice(session, engine, room):
    make_gathering(session), make_gathering(session)
    session.commit()
    with engine.begin() as connection:
        guards.drop(connection, "ex_meeting_one_room")
    try:
        for meeting in session.scalars(select(Meeting)):
            meeting.room_id = room.id
        session.commit()
        twice = session.scalar(select(func.count()).where(Meeting.room_id == room.id))
    finally:
        for meeting in session.scalars(select(Meeting)):
            meeting.room_id = None
        session.commit()
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)

    assert twice == 2


def test_a_draft_is_rewritten_with_other_meetings(session, hr, course, form, room):
    plan(hr, course, form | {"count": "2"}, day_1="2026-12-16", starts_1="09:00", ends_1="10:00",
         room_id_1=str(room.id))  # fmt: skip
    made = session.scalar(select(Gathering))
    swapped = form | {"day_0": "2026-12-16", "starts_0": "08:30", "version": str(made.version)}

    answer = hr.post(f"/courses/sessions/{made.id}/edit", **swapped)

    meetings = session.scalars(select(Meeting)).all()
    assert answer.status_code == 303
    assert [(one.number, one.starts_at) for one in meetings] == [
        (1, datetime(2026, 12, 16, 7, 30, tzinfo=UTC))
    ]
    assert session.scalar(select(Gathering.starts_at)) == meetings[0].starts_at
    assert session.scalar(select(Gathering.version)) > made.version - 1


def test_both_versions_of_a_plan_are_shown(session, hr, course, form):
    plan(hr, course, form)
    made = session.scalar(select(Gathering))
    opened = str(made.version)
    hr.post(f"/courses/sessions/{made.id}/edit", **form | {"capacity": "15", "version": opened})

    answer = hr.post(
        f"/courses/sessions/{made.id}/edit", **form | {"capacity": "18", "version": opened}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert [text in page for text in ("Someone changed this", ">15<", 'value="18"')] == [True] * 3
    assert session.scalar(select(Gathering.capacity)) == 15


def test_an_announced_session_cannot_be_rewritten_or_thrown_away(session, hr, form):
    gathering = make_gathering(session)

    page = hr.get(f"/courses/sessions/{gathering.id}/edit")
    saved = hr.post(f"/courses/sessions/{gathering.id}/edit", **form | {"version": "1"})
    gone = hr.post(f"/courses/sessions/{gathering.id}/discard", version="1")

    assert (page.status_code, page.location) == (302, f"/courses/sessions/{gathering.id}/move")
    assert (saved.status_code, gone.status_code) == (409, 409)
    assert session.scalar(select(Gathering.state)) == GatheringState.ANNOUNCED


def test_a_draft_is_thrown_away_with_its_meetings(session, hr, course, form):
    plan(hr, course, form)
    made = session.scalar(select(Gathering))

    stale = hr.post(f"/courses/sessions/{made.id}/discard", version="9")
    answer = hr.post(f"/courses/sessions/{made.id}/discard", version=str(made.version))

    assert (stale.status_code, answer.status_code) == (409, 303)
    assert session.scalar(select(func.count()).select_from(Meeting)) == 0


def test_nothing_is_planned_for_a_retired_course(session, hr, course, form):
    course.retired_on = date(2026, 11, 1)

    answer = plan(hr, course, form)

    assert answer.status_code == 409
    assert "no longer offered" in answer.get_data(as_text=True)


def test_a_copy_begins_four_weeks_ahead_on_the_same_weekday(session, hr, course, form):
    plan(hr, course, form)
    made = session.scalar(select(Gathering))

    page = hr.page(f"/courses/{course.id}/sessions/new?copy={made.id}")
    other = hr.page(f"/courses/{make_course(session).id}/sessions/new?copy={made.id}")

    assert 'value="2026-12-22"' in page  # Tuesday, four weeks after Monday 23 November
    assert 'value="2026-12-15"' in page  # decided a week before
    assert 'value="13:00"' in page
    assert "Bring an example." in page
    assert "Bring an example." not in other


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
