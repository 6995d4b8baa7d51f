"""HR plans a session: rows of meetings without a script, clashes in words, then announces it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.domain.seats import GatheringState
from app.gatherings.models import Gathering, HeldSeats, Meeting
from app.people.models import Absence, PublicHoliday
from migrations import guards
from tests.agenda.makers import make_commitment
from tests.engines import on_one_engine
from tests.factories import NOW, make_site
from tests.gatherings.makers import (
    make_course,
    make_gathering,
)
from tests.gatherings.plans import TEN, VALUES, plan, said


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
    assert "Cancelling is free until Thu, Dec 10, 2026, 09:00." in page
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


@on_one_engine
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
        ({"link_0": "https://meet example/x"}, ("link_0", "beginning with https://")),
        ({"link_0": "https://ada:secret@example.com/"}, ("link_0", "beginning with https://")),
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


NIGHT = {"day_0": "2027-10-31", "starts_0": "02:30", "ends_0": "06:00", "closes_on": "2027-03-01"}


def test_an_hour_that_comes_twice_is_asked_for(session, hr, course, form):
    usual = hr.page(f"/courses/{course.id}/sessions/new")
    asked = plan(hr, course, form, **NIGHT)
    page = asked.get_data(as_text=True)

    assert ("which_hour" in usual, asked.status_code) == (False, 422)
    assert "This time comes twice in that night" in said(asked, "starts_0")
    assert 'name="which_hour" type="radio" value="second"' in page
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0


@pytest.mark.parametrize(("meant", "hour"), [("first", 0), ("second", 1)])
def test_of_an_hour_that_comes_twice_the_one_that_was_meant_is_kept(
    session, hr, course, form, meant, hour
):
    answer = plan(hr, course, form, **NIGHT, which_hour=meant)

    made = session.scalar(select(Gathering))
    assert made.starts_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
    again = hr.page(f"{answer.location}/edit")
    ticked = re.findall(r'<input[^>]*checked[^>]*name="which_hour"[^>]*value="(\w+)"', again)
    assert ticked == [meant]


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (
            {"opens_on": "2026-11-01", "closes_on": "2026-11-02"},
            ("closes_on", "Booking would be closed already"),
        ),
        ({"decide_on": "2026-11-02"}, ("decide_on", "This day is over.")),
    ],
)
def test_nothing_is_planned_that_nobody_can_book_or_decide_any_more(
    session, hr, course, form, late, told
):
    answer = plan(hr, course, form, **late)

    assert (answer.status_code, told[1] in said(answer, told[0])) == (422, True)
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0


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
        "The meetings last 3 hours, the course 4 hours.",
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
