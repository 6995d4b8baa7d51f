"""The catalogue: what is offered, narrowed as asked, and who waits for a date."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.agenda.models import CommitmentKind
from app.domain.seats import BookingState, GatheringState
from app.gatherings.models import CourseInterest, Topic
from app.people.models import Absence
from tests.agenda.busy_makers import make_file
from tests.agenda.makers import make_commitment
from tests.factories import NOW, make_department, make_site
from tests.gatherings.makers import (
    START,
    make_booking,
    make_certificate,
    make_course,
    make_gathering,
    make_interest,
)

TITLE = re.compile(r'class="course-title"><a[^>]*>([^<]+)')
SEATS = re.compile(r'class="seats tone-(\w+)">\s*([^<]+?)\s*<')


def titles(page):
    """The courses of the catalogue, in order, without the makers' numbers."""
    return [re.sub(r" \(\d+\)$", "", unescape(found)) for found in TITLE.findall(page)]


def seats(page):
    return SEATS.findall(page)


def test_courses_with_the_next_date_come_first_and_undated_ones_by_title(session, cast, signed_in):
    late, soon = make_course(session, "Late"), make_course(session, "Soon")
    make_course(session, "Without B"), make_course(session, "Without A")
    make_gathering(session, course=late, starts_at=START + timedelta(days=3))
    make_gathering(session, course=soon)

    assert titles(signed_in(cast.ada).page("/trainings/")) == [
        "Soon",
        "Late",
        "Without A",
        "Without B",
    ]


def test_retired_courses_drafts_and_past_dates_are_not_offered(session, cast, signed_in):
    make_course(session, "Gone", retired_on=NOW.date())
    course = make_course(session, "Here")
    make_gathering(session, course=course, state=GatheringState.DRAFT)
    make_gathering(session, course=course, state=GatheringState.CALLED_OFF)
    make_gathering(session, course=course, starts_at=NOW - timedelta(hours=1))

    page = signed_in(cast.ada).page("/trainings/")

    assert titles(page) == ["Here"]
    assert "date-line" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=LISTEN", ["Listening"]),
        ("q=zuhoren", []),  # the German text is not on the reader's page
        ("q=sum+up", ["Listening", "Coaching"]),  # goals are searched as well
        ("topic=coaching", ["Coaching"]),
        ("language=de", ["Coaching"]),
        ("site=SITE", ["Coaching"]),
        ("weeks=4", ["Listening"]),
        ("weeks=13", ["Listening", "Coaching"]),
        ("weeks=4&language=de", []),
        ("topic=nonsense&weeks=x&site=%00&language=", ["Listening", "Coaching", "Undated"]),
    ],
)
def test_filters_narrow_the_catalogue(session, cast, signed_in, query, expected):
    lisbon = make_site(session, "Lisbon", zone="Europe/Lisbon", country="PT", subdivision=None)
    listening = make_course(session, "Listening")
    coaching = make_course(session, "Coaching", topic=Topic.COACHING, summary_en="Help each other.")
    make_course(session, "Undated", goals_en="Know others", summary_en="On people.")
    make_gathering(session, course=listening, starts_at=START - timedelta(days=5))
    make_gathering(
        session,
        course=coaching,
        starts_at=START + timedelta(weeks=8),
        site=lisbon,
        language="de",
    )

    page = signed_in(cast.ada).page("/trainings/?" + query.replace("SITE", str(lisbon.id)))

    assert titles(page) == expected


def test_only_dates_without_a_clash_fit_the_own_calendar(session, cast, signed_in):
    free = make_course(session, "Free")
    busy, soft, away = (make_course(session, name) for name in ("Busy", "Soft", "Away"))
    make_gathering(session, course=free)
    for days, course in ((1, busy), (2, soft), (3, away)):
        make_gathering(session, course=course, starts_at=START + timedelta(days=days))
    _engage(session, cast.ada, START + timedelta(days=1), hard=True)
    _engage(session, cast.ada, START + timedelta(days=2), hard=False)
    day = (START + timedelta(days=3)).date()
    session.add(
        Absence(
            person_id=cast.ada.id,
            starts_on=day,
            ends_on=day + timedelta(days=1),
            created_at=NOW,
        )
    )

    visitor = signed_in(cast.ada)

    assert titles(visitor.page("/trainings/?fits=1")) == ["Free", "Soft"]
    page = visitor.page("/trainings/")
    marks = ("not free in your calendar", "look at your calendar")
    assert [page.count(mark) for mark in marks] == [2, 1]


def test_part_time_stay_hides_no_date_and_is_named_beside_it(session, cast, signed_in):
    gathering = make_gathering(session)
    weeks = START - timedelta(weeks=2)
    make_commitment(
        session,
        cast.ada,
        weeks,
        hours=24 * 28,
        kind=CommitmentKind.STAY,
        hard=False,
        title="Two days a week with Sales",
    )
    visitor = signed_in(cast.ada)

    listed = visitor.page("/trainings/?fits=1")
    page = visitor.page(f"/sessions/{gathering.id}")

    assert f'href="/sessions/{gathering.id}"' in listed
    assert "look at your calendar" in listed
    assert ("Two days a week with Sales" in page, "Book a seat" in page) == (True, True)


def test_the_own_calendar_warns_with_what_it_is_certain_of(session, cast, signed_in):
    dates = [make_gathering(session, starts_at=START + timedelta(days=days)) for days in range(3)]
    hour = timedelta(hours=1)
    certain, uncertain = dates[0].starts_at, dates[1].starts_at
    make_file(session, cast.ada, [(certain, certain + hour)], [(uncertain, uncertain + hour)])
    visitor = signed_in(cast.ada)

    fitting = re.findall(r'href="/sessions/(\d+)"', visitor.page("/trainings/?fits=1"))

    assert [int(key) for key in fitting] == [dates[1].id, dates[2].id]
    page = visitor.page(f"/sessions/{dates[0].id}")
    assert ("Your own calendar says that you are busy" in page, "Book a seat" in page) == (
        True,
        True,
    )


def test_the_own_booking_does_not_clash_with_itself(session, cast, signed_in):
    gathering = make_gathering(session)
    make_booking(session, gathering, cast.ada)
    meeting = gathering_meeting(session, gathering)
    make_commitment(session, cast.ada, meeting.starts_at, source_id=meeting.id, hard=True)

    page = signed_in(cast.ada).page("/trainings/?fits=1")

    assert page.count("date-line") == 1
    assert "booked" in page


def test_seats_are_told_as_the_reader_could_have_them(session, cast, signed_in):
    gathering = make_gathering(session, seats=3, held=[(cast.sales, 2)])
    make_booking(session, gathering, cast.lea)

    assert seats(signed_in(cast.ada).page("/trainings/")) == [("plain", "kept for others")]
    assert seats(signed_in(cast.bo).page("/trainings/")) == [("warn", "2 seats free")]


def test_nobody_walks_past_the_waiting_list(session, cast, signed_in):
    gathering = make_gathering(session, seats=5)
    make_booking(session, gathering, cast.lea, state=BookingState.WAITLISTED)

    assert seats(signed_in(cast.ada).page("/trainings/")) == [("plain", "full, 1 waits")]


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [(None, 1), (date(2026, 11, 23), 1), (date(2026, 11, 22), 0)],
)
def test_only_a_valid_certificate_is_held(session, cast, signed_in, valid_until, expected):
    course = make_course(session)
    past = make_gathering(session, course=course, starts_at=NOW - timedelta(days=300))
    attended = make_booking(session, past, cast.ada, state=BookingState.ATTENDED)
    make_certificate(session, attended, course, valid_until=valid_until)

    page = signed_in(cast.ada).page("/trainings/")

    assert page.count("You hold the certificate") == expected


def test_courses_with_a_date_come_first_and_apart(session, cast, signed_in):
    undated, dated = make_course(session, "A wish"), make_course(session, "Z dated")
    make_gathering(session, course=dated)

    page = signed_in(cast.ada).page("/trainings/")

    places = [page.index(words) for words in ("With a date", dated.title_en, "Not yet dated")]
    assert places == sorted(places)
    assert page.index(undated.title_en) > places[-1]


def test_a_course_for_some_departments_names_them(session, cast, signed_in):
    make_course(session, audience=[cast.sales])

    assert "for Sales</p>" in signed_in(cast.ada).page("/trainings/")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (None, "The catalogue is still empty"),
        (make_course, "Nothing fits"),
    ],
)
def test_an_empty_catalogue_says_what_to_do_next(session, cast, signed_in, make, expected):
    if make is not None:
        make(session)
    query = "?q=nowhere" if expected == "Nothing fits" else ""

    assert expected in signed_in(cast.ada).page(f"/trainings/{query}")


@pytest.mark.parametrize("path", ["/trainings/", "/trainings/COURSE"])
def test_the_number_of_courses_and_dates_does_not_change_the_number_of_statements(
    session, cast, signed_in, count_statements, path
):
    visitor = signed_in(cast.ada)
    courses = [make_course(session)]
    _furnish(session, cast, courses[0], dates=1)
    path = path.replace("COURSE", str(courses[0].id))
    visitor.page(path)
    with count_statements() as few:
        visitor.page(path)
    _furnish(session, cast, courses[0], dates=2)
    for _ in range(2):
        courses.append(make_course(session))
        _furnish(session, cast, courses[-1], dates=3)
    with count_statements() as many:
        visitor.page(path)

    assert (len(few), len(many)) == (len(few), len(few))


def _furnish(session, cast, course, *, dates):
    for number in range(dates):
        start = START + timedelta(days=course.id * 9 + number, hours=dates)
        held = [(cast.sales, 1)]
        gathering = make_gathering(session, course=course, starts_at=start, held=held, meetings=2)
        make_booking(session, gathering, cast.bo)


def _engage(session, person, start, *, hard):
    make_commitment(session, person, start, kind=CommitmentKind.STAY, hours=1, hard=hard)


def gathering_meeting(session, gathering):
    session.refresh(gathering, ["meetings"])
    return gathering.meetings[0]


# -- one course -----------------------------------------------------------------------------------


def test_a_course_says_what_one_learns_does_and_needs(session, cast, signed_in):
    first = make_course(session, "Basics")
    course = make_course(
        session,
        "Advanced",
        audience=[cast.sales],
        requires=[first],
        minutes=480,
        validity_months=24,
    )

    page = signed_in(cast.ada).page(f"/trainings/{course.id}")

    said = ("Ask back", "Sum up", "Lead a customer call in pairs.", "1 day", "2 years", "Sales")
    assert [words for words in (*said, "you still need it") if words not in page] == []


@pytest.mark.parametrize(
    ("valid_until", "words"),
    [
        (None, "you have it"),
        (date(2027, 6, 1), "you have it"),
        (date(2026, 6, 1), "yours ran out"),
    ],
)
def test_a_prerequisite_is_held_until_its_certificate_runs_out(
    session, cast, signed_in, valid_until, words
):
    first = make_course(session, "Basics")
    course = make_course(session, "Advanced", requires=[first])
    past = make_gathering(session, course=first, starts_at=NOW - timedelta(days=300))
    attended = make_booking(session, past, cast.ada, state=BookingState.ATTENDED)
    make_certificate(session, attended, first, valid_until=valid_until)

    assert words in signed_in(cast.ada).page(f"/trainings/{course.id}")


def test_whoever_wants_a_date_is_noted_once_and_can_take_it_back(session, cast, signed_in, clock):
    course = make_course(session)
    make_interest(session, course, cast.bo)
    visitor = signed_in(cast.ada)

    first = visitor.post(f"/trainings/{course.id}/interest")
    clock.move_by(timedelta(hours=1))
    visitor.post(f"/trainings/{course.id}/interest")

    noted = session.scalars(
        select(CourseInterest.since).where(CourseInterest.person_id == cast.ada.id)
    ).all()
    assert (first.status_code, first.location) == (303, f"/trainings/{course.id}")
    assert noted == [NOW]
    assert "You will be told when there is a date" in visitor.page("/trainings/")

    visitor.post(f"/trainings/{course.id}/interest/end")
    visitor.post(f"/trainings/{course.id}/interest/end")

    waiting = session.scalars(select(CourseInterest.person_id)).all()
    assert waiting == [cast.bo.id]
    assert "No date yet, 1 person waits for one." in visitor.page("/trainings/")


def test_an_unknown_course_is_not_found(cast, signed_in):
    visitor = signed_in(cast.ada)

    answers = [
        visitor.get("/trainings/9999"),
        visitor.post("/trainings/9999/interest"),
        visitor.post("/trainings/9999/interest/end"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_retired_course_keeps_its_page_but_takes_no_wishes(session, cast, signed_in):
    course = make_course(session, retired_on=NOW.date())
    make_department(session, "Service")

    page = signed_in(cast.ada).page(f"/trainings/{course.id}")

    assert "This course is no longer offered" in page
    assert "/interest" not in page
