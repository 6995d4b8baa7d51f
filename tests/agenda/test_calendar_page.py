"""The month and the week of one's own time, and of a team one answers for."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.agenda.models import CommitmentKind
from app.people.models import PublicHoliday
from tests.agenda.busy_makers import make_file
from tests.agenda.makers import NINE, make_commitment
from tests.engines import on_one_engine
from tests.factories import make_lead, make_person, make_site, make_team, sign_in

DECEMBER = "/my-calendar?day=2026-12-10"


@pytest.fixture
def ada(client, session, clock):
    """Ada of team Rhine, signed in."""
    ada = make_person(session, "Ada", team=make_team(session, "Rhine"))
    sign_in(client, session, ada)
    return ada


def cells(response):
    """What stands on each day: the day of the month, then its lines."""
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    found = []
    for cell in re.findall(r"<td class=.*?</td>", page, re.DOTALL):
        day = int(re.search(r'aria-hidden="true">(\d+)<', cell)[1])
        body = cell[cell.index("</a>") :]
        words = [" ".join(text.split()) for text in re.sub("<[^>]*>", "\n", body).split("\n")]
        found.append((day, [text for text in words if text]))
    return found


def full(response):
    return [(day, lines) for day, lines in cells(response) if lines]


def test_month_shows_whole_weeks_with_what_is_on(client, session, ada):
    make_commitment(session, ada, title="Listening", location="Room 1")
    make_commitment(
        session, ada, NINE + timedelta(days=2), kind=CommitmentKind.TRIP, title="Fair", hours=1
    )

    page = client.get(DECEMBER)

    assert [day for day, _ in cells(page)] == [30, *range(1, 32), 1, 2, 3]
    assert full(page) == [
        (1, ["10:00–12:00", "Listening"]),
        (3, ["10:00–11:00", "Joint day: Fair"]),
    ]
    assert 'href="/sessions/1"' in page.get_data(as_text=True)


def test_what_comes_after_the_days_shown_is_named_once_nothing_is_left_in_them(
    client, session, ada
):
    make_commitment(session, ada, title="Listening")
    make_commitment(session, ada, NINE + timedelta(weeks=6), title="Fair")

    busy = client.get(DECEMBER).get_data(as_text=True)
    free = client.get("/my-calendar?view=week&day=2026-12-10").get_data(as_text=True)
    past = client.get("/my-calendar?view=week&day=2026-10-10").get_data(as_text=True)

    told = re.search(r'calendar-next">.*?</svg> (.*?) <a href="([^"]+)">(.*?)</a>', free, re.DOTALL)
    assert ("calendar-next" in busy, "calendar-next" in past) == (False, False)
    assert told.groups() == (
        "Next, on Tuesday, January 12, 2027:",
        "/my-calendar?view=week&amp;day=2027-01-12",
        "Fair",
    )


def test_week_shows_seven_days_with_places(client, session, ada):
    make_commitment(session, ada, title="Listening", location="Room 1")

    page = client.get("/my-calendar?view=week&day=2026-12-03")

    assert [day for day, _ in cells(page)] == [30, 1, 2, 3, 4, 5, 6]
    assert full(page) == [(1, ["10:00–12:00", "Listening", "Room 1"])]


def test_what_lasts_over_days_stands_on_each_of_them(client, session, ada):
    night = datetime(2026, 12, 1, 21, tzinfo=UTC)
    make_commitment(session, ada, night, hours=4, title="Night")
    make_commitment(session, ada, datetime(2026, 12, 4, 21, tzinfo=UTC), hours=2, title="Evening")
    days = datetime(2026, 12, 6, 23, tzinfo=UTC)
    make_commitment(session, ada, days, hours=48, title="Desk", all_day=True, tentative=True)

    assert full(client.get(DECEMBER)) == [
        (1, ["from 22:00", "Night"]),
        (2, ["until 02:00", "Night"]),
        (4, ["22:00–00:00", "Evening"]),
        (7, ["Desk", "(not certain yet)"]),
        (8, ["Desk", "(not certain yet)"]),
    ]


def test_busy_times_of_the_own_calendar_are_grey_and_nameless(client, session, ada):
    make_file(session, ada, firm=[(NINE, NINE + timedelta(hours=1))])

    page = client.get(DECEMBER)

    assert full(page) == [(1, ["10:00–11:00", "Busy in my own calendar"])]
    assert "is-elsewhere" in page.get_data(as_text=True)


def test_public_holidays_are_named_in_the_language_of_the_reader(client, session, ada):
    site = make_site(session)
    session.add(
        PublicHoliday(
            site_id=site.id,
            day=datetime(2026, 12, 25).date(),
            name_de="Erster Weihnachtstag",
            name_en="Christmas Day",
        )
    )

    assert full(client.get(DECEMBER)) == [(25, ["Christmas Day"])]


def test_lead_sees_the_team_by_name_but_not_its_private_calendars(client, session, ada):
    elbe = make_team(session, "Elbe")
    make_lead(session, ada, elbe)
    bo = make_person(session, "Bo", team=elbe)
    make_commitment(session, bo)
    make_file(session, bo, firm=[(NINE, NINE + timedelta(hours=5))])

    page = client.get(f"{DECEMBER}&team={elbe.id}")

    assert full(page) == [(1, ["10:00–12:00", "Bo Test: Listening"])]
    assert 'href="/sessions/1"' not in page.get_data(as_text=True)


def test_lead_of_a_team_does_not_get_the_links_its_members_meet_at(client, session, ada):
    elbe = make_team(session, "Elbe")
    make_lead(session, ada, elbe)
    link = "https://meet.example.com/secret"
    make_commitment(session, make_person(session, "Bo", team=elbe), location=link)
    make_commitment(session, ada, title="Mine", location=link)

    week = "/my-calendar?view=week&day=2026-12-01"
    pages = [client.get(f"{week}{more}").text for more in ("", f"&team={elbe.id}")]

    assert [link in page for page in pages] == [True, False]


def test_nobody_sees_a_team_they_do_not_answer_for(client, session, ada):
    elbe = make_team(session, "Elbe")

    assert client.get(f"/my-calendar?team={elbe.id}").status_code == 404


@on_one_engine
@pytest.mark.parametrize(
    "query",
    ["view=year", "day=tomorrow", "day=0001-01-01", "day=9999-12-31", "day=2026-13-01", "team=x"],
)
def test_nonsense_is_unknown(query, client, ada):
    assert client.get(f"/my-calendar?{query}").status_code == 404


def test_colleagues_see_nothing_of_it(client, session, ada):
    bo = make_person(session, "Bo")
    make_commitment(session, bo, title="Secret")

    assert full(client.get(DECEMBER)) == []


def test_page_asks_the_same_number_of_questions_for_one_and_three(
    client, session, ada, count_statements
):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_commitment(session, ada)
        with count_statements() as statements:
            client.get(DECEMBER)
        counts.append(len(statements))

    assert counts[0] == counts[1]


# -- files ----------------------------------------------------------------------------------------


def test_file_holds_all_meetings_of_the_one_thing(client, session, ada):
    path = "/sessions/3"
    first = make_commitment(session, ada, title="Course (1/2)", path=path)
    second = make_commitment(
        session, ada, NINE + timedelta(days=1), title="Course (2/2)", path=path
    )
    make_commitment(session, ada, title="Another", path="/sessions/4")

    by_key = client.get(f"/events/{second.id}/calendar.ics")
    by_page = client.get("/events/calendar.ics", query_string={"page": path})

    text = by_key.get_data(as_text=True)
    assert by_key.get_data() == by_page.get_data()
    assert re.findall("UID:(.*)\r", text) == [first.uid, second.uid]
    assert "METHOD:PUBLISH" in text
    assert "REFRESH-INTERVAL" not in text
    assert (by_key.headers["Content-Type"], by_key.headers["Content-Disposition"]) == (
        "text/calendar; charset=utf-8",
        "attachment; filename=tandem.ics",
    )


def test_nobody_downloads_the_time_of_others(client, session, ada):
    bo = make_person(session, "Bo")
    held = make_commitment(session, bo, path="/sessions/3")

    statuses = [
        client.get(f"/events/{held.id}/calendar.ics").status_code,
        client.get("/events/calendar.ics?page=/sessions/3").status_code,
        client.get("/events/calendar.ics").status_code,
    ]

    assert statuses == [404, 404, 404]
