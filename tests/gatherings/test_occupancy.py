"""Occupancy: seats, bookings, waiting, no-shows and demand, by session and by course."""

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.queries.occupancy import Figures, Wanted, figures_of, sessions, total
from tests.factories import make_person, make_site
from tests.gatherings.makers import make_booking, make_course, make_gathering, make_interest

PAST = datetime(2026, 9, 15, 8, tzinfo=UTC)


@pytest.fixture
def hr(cast, signed_in):
    return signed_in(cast.olga)


def rows(answer):
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def book(session, gathering, *states):
    for number, state in enumerate(states):
        make_booking(session, gathering, make_person(session, f"Guest{number}"), state=state)


def test_each_state_is_counted_where_it_belongs(session):
    gathering = make_gathering(session, seats=8)
    every = Counter(dict.fromkeys(BookingState, 1))

    found = figures_of(gathering, every)

    assert found == Figures(
        seats=8,
        booked=6,
        requested=1,
        waiting=2,
        came=2,
        no_shows=1,
        excused=1,
        cancelled=1,
        turned_away=2,
    )
    assert (found.fill, found.missed) == (75, 25)


def test_a_called_off_session_counts_no_seats(session):
    gathering = make_gathering(session, seats=8, state=GatheringState.CALLED_OFF)

    found = figures_of(gathering, Counter({BookingState.CALLED_OFF: 3, BookingState.CANCELLED: 1}))

    assert found == Figures(cancelled=1)
    assert (found.fill, found.missed) == (None, None)


def test_figures_add_up_and_drafts_are_left_out(session):
    course = make_course(session)
    book(session, make_gathering(session, course=course, seats=4), BookingState.BOOKED)
    book(
        session,
        make_gathering(session, course=course, seats=6, starts_at=PAST, state=GatheringState.OVER),
        BookingState.ATTENDED,
        BookingState.NO_SHOW,
    )
    make_gathering(session, course=course, state=GatheringState.DRAFT)

    found = sessions(session, Wanted())

    assert total(line for line in found) == Figures(seats=10, booked=3, came=1, no_shows=1)


def test_the_file_holds_what_the_page_shows_and_leaves_a_trace(session, hr):
    gathering = make_gathering(session, seats=4)
    book(session, gathering, BookingState.BOOKED, BookingState.WAITLISTED, BookingState.CANCELLED)
    book(session, gathering, BookingState.DECLINED)

    page = hr.page("/occupancy/")
    answer = hr.get("/occupancy/?format=csv")

    assert ("1 of 4 (25 %)" in page, "1 by others" in page) == (True, True)
    assert [line[0:2] + line[5:] for line in rows(answer)] == [
        [gathering.title, "Active listening", "4", "1", "25", "0", "1", "0", "0", "0", "1", "1"]
    ]
    last = session.execute(
        select(AuditEntry.kind, AuditEntry.subject).order_by(AuditEntry.id.desc()).limit(1)
    ).one()
    assert tuple(last) == (AuditKind.LIST_EXPORTED, "list:occupancy")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 2),
        ("quarter=2026-Q4", 1),
        ("quarter=2026-Q3", 1),
        ("quarter=2025-Q1", 0),
        ("quarter=2026-Q9", 2),
        ("topic=coaching", 0),
        ("topic=active_listening", 2),
        ("state=over", 1),
        ("when=to_come", 1),
        ("when=past", 1),
        ("when=never", 2),
        ("q=listening", 2),
        ("q=nothing", 0),
        ("site=4711", 0),
        ("site=\u00b2", 2),
    ],
)
def test_sessions_are_narrowed(session, hr, query, expected):
    course = make_course(session)
    make_gathering(session, course=course)
    make_gathering(session, course=course, starts_at=PAST, state=GatheringState.OVER)

    answer = hr.get(f"/occupancy/?format=csv&{query}")

    assert len(rows(answer)) == expected


def test_sessions_of_one_site_only(session, hr):
    vienna = make_site(session, "Vienna", zone="Europe/Vienna")
    make_gathering(session)
    make_gathering(session, site=vienna)

    answer = hr.get(f"/occupancy/?format=csv&site={vienna.id}")

    assert [line[3] for line in rows(answer)] == ["Vienna"]


@pytest.mark.parametrize("path", ["/occupancy/", "/occupancy/courses"])
def test_what_is_over_and_what_fills_yet_are_never_one_figure(session, cast, hr, path):
    course = make_course(session)
    over = make_gathering(session, course=course, starts_at=PAST, seats=4)
    ahead = make_gathering(session, course=course, seats=8)
    make_booking(session, over, cast.ada, state=BookingState.ATTENDED)
    book(session, ahead, BookingState.BOOKED, BookingState.BOOKED, BookingState.REQUESTED)

    page = " ".join(re.sub("<[^>]*>", " ", hr.page(path)).split())

    assert "Occupancy, past 25 % 1 of 4 seats" in page
    assert "Occupancy, to come 25 % 2 of 8 seats so far" in page
    assert "1 more asked for" in page


def test_courses_show_demand_even_without_a_session(session, cast, hr):
    wanted, planned = make_course(session, "Wanted"), make_course(session, "Planned")
    make_course(session, "Idle")
    make_interest(session, wanted, cast.ada)
    book(session, make_gathering(session, course=planned, seats=2), BookingState.BOOKED)
    make_gathering(session, course=planned, state=GatheringState.CALLED_OFF)

    page = hr.page("/occupancy/courses")
    lines = rows(hr.get("/occupancy/courses?format=csv&sort=-demand"))

    assert [line[0:1] + line[2:7] for line in lines] == [
        [wanted.title_en, "0", "0", "1", "0", "0"],
        [planned.title_en, "2", "1", "0", "2", "1"],
    ]
    assert "Idle" not in page


@pytest.mark.parametrize("path", ["/occupancy/", "/occupancy/courses"])
@pytest.mark.parametrize("who", ["ada", "lea", "tina"])
def test_only_hr_finds_occupancy(cast, signed_in, who, path):
    assert signed_in(getattr(cast, who)).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/occupancy/", "/occupancy/courses"])
def test_an_empty_company_is_told_what_to_do_next(hr, path):
    page = hr.page(path)

    assert "No session was announced yet" in page


@pytest.mark.parametrize("path", ["/occupancy/", "/occupancy/courses"])
@pytest.mark.parametrize("number", [1, 3])
def test_occupancy_asks_the_same_number_of_times(session, cast, hr, count_statements, number, path):
    for each in range(number):
        course = make_course(session, f"Course {each}")
        make_interest(session, course, cast.ada)
        book(session, make_gathering(session, course=course), BookingState.BOOKED)
    hr.page(path)

    with count_statements() as statements:
        hr.page(path)

    assert len(statements) == {"/occupancy/": 6, "/occupancy/courses": 8}[path]
