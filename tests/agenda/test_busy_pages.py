"""My calendars: brought by address or file, looked at, and forgotten."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.agenda.models import BusyTime, CalendarSource, SourceKind, SourceState
from app.agenda.services import busy_sources as services
from app.audit.models import AuditEntry, AuditKind
from tests.agenda.busy_makers import URL, hours, make_address, make_file
from tests.calendars.makers import calendar, event
from tests.engines import on_one_engine
from tests.factories import NOW, make_person, sign_in
from tests.people.door import csrf_token

PAGE = "/calendar/busy"
MEETING = event("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "SUMMARY:Secret plan")
OFTEN = event("DTSTART:20261201T110000Z", "RRULE:FREQ=HOURLY", uid="four")


@pytest.fixture
def ada(client, session, clock):
    """Ada, signed in."""
    ada = make_person(session, "Ada")
    sign_in(client, session, ada)
    return ada


@pytest.fixture
def send(client, ada):
    def post(path, **fields):
        data = {"csrf_token": csrf_token(client, PAGE), **fields}
        return client.post(f"{PAGE}{path}", data=data)

    return post


def upload(data=None, name="export.ics"):
    return io.BytesIO(calendar(MEETING) if data is None else data), name


def shown(client):
    return client.get(PAGE).get_data(as_text=True)


def logged(session):
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == AuditKind.BUSY_SOURCE_CHANGED)
    )
    return [entry.detail["what"] for entry in entries]


@pytest.mark.parametrize("name", ["a\x00b.ics", "\x1b[2Ja.ics", "n" * 400 + ".ics", " "])
def test_a_file_may_have_any_name(session, send, name):
    answer = send("/files", file=upload(name=name))

    assert answer.status_code == 303
    assert session.scalar(select(CalendarSource.shown)).isprintable()


def test_page_without_calendars_says_what_to_do(client, ada):
    page = shown(client)

    assert "You have not brought a calendar yet." in page
    assert "Follow this calendar" in page


def test_address_is_followed_and_only_its_host_is_shown(client, session, send, ada):
    response = send("/addresses", address="webcal://calendar.example/secret/feed.ics?key=9")

    source = session.scalars(select(CalendarSource)).one()
    assert (response.status_code, response.location) == (303, PAGE)
    assert (source.person_id, source.kind, source.state) == (
        ada.id,
        SourceKind.URL,
        SourceState.NEW,
    )
    assert source.next_due_at == NOW
    assert logged(session) == ["added"]
    page = shown(client)
    assert "calendar.example" in page
    assert "/secret" not in page
    assert "key=9" not in page


@on_one_engine
@pytest.mark.parametrize("address", ["http://calendar.example/", "ftp://x.example/", "x", ""])
def test_unusable_address_is_refused_beside_the_field(session, send, address):
    response = send("/addresses", address=address)

    assert response.status_code == 422
    assert session.scalars(select(CalendarSource)).all() == []
    assert address in response.get_data(as_text=True)


def test_file_is_read_at_once_and_not_kept(client, session, send, ada):
    response = send("/files", file=upload(calendar(MEETING, OFTEN)))

    time = session.scalars(select(BusyTime)).one()
    assert response.status_code == 303
    assert (time.person_id, time.starts_at, time.ends_at) == (ada.id, *hours(0, 1))
    page = shown(client)
    assert "1 busy time ahead" in page
    assert "It repeats within hours, minutes or seconds. (1 event)" in page
    assert "Secret plan" not in page


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html></html>", "This is not a calendar."),
        (b"", "This is not a calendar."),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VALARM\r\n" * 9, "The calendar is nested too deeply."),
    ],
)
def test_file_that_cannot_be_read_is_refused_beside_the_field(session, send, data, reason):
    response = send("/files", file=upload(data))

    assert response.status_code == 422
    assert reason in response.get_data(as_text=True)
    assert session.scalars(select(CalendarSource)).all() == []


def test_without_a_file_one_is_asked_for(send):
    response = send("/files")

    assert response.status_code == 422
    assert "Please choose a file." in response.get_data(as_text=True)


def test_failing_calendar_says_why_and_how_old_its_times_are(client, session, ada):
    source = make_address(session, ada)
    source.state, source.problem, source.failures = (
        SourceState.FAILING,
        "This is not a calendar.",
        2,
    )
    source.last_good_at = NOW - timedelta(days=3)

    page = shown(client)

    for words in (
        "Cannot be read",
        "This is not a calendar.",
        "Tried 2 times without success.",
        "What was read last still counts.",
        "Last read on Nov 20, 2026",
    ):
        assert words in page


def test_calendar_and_its_times_are_forgotten(client, session, send, ada):
    source = make_file(session, ada, [hours(0, 1)])

    response = send(f"/{source.id}/remove")

    assert response.status_code == 303
    assert session.scalars(select(CalendarSource)).all() == []
    assert session.scalars(select(BusyTime)).all() == []
    assert logged(session) == ["added", "removed"]


def test_address_is_read_now_but_not_twice_in_a_moment(client, session, send, ada, clock):
    source = make_address(session, ada)
    source.last_tried_at, source.next_due_at = NOW, NOW + timedelta(hours=1)

    send(f"/{source.id}/look")
    assert source.next_due_at == NOW + timedelta(hours=1)
    clock.move_by(services.AGAIN_AFTER)
    send(f"/{source.id}/look")

    assert source.next_due_at == clock.now()


def test_whole_days_can_be_counted_and_the_calendar_is_read_for_it(session, send, ada):
    source = make_address(session, ada)
    source.etag, source.next_due_at = '"1"', NOW + timedelta(hours=1)

    send(f"/{source.id}/days", counts="y")

    assert (source.all_day_counts, source.etag, source.next_due_at) == (True, None, NOW)
    send(f"/{source.id}/days")
    assert source.all_day_counts is False


def test_file_is_not_looked_at_again(session, send, ada):
    source = make_file(session, ada)

    assert [send(f"/{source.id}/{what}").status_code for what in ("look", "days")] == [404, 404]


@pytest.mark.parametrize("what", ["look", "days", "remove"])
def test_somebody_elses_calendar_does_not_exist(client, session, send, what):
    source = make_address(session, make_person(session, "Bo"), URL)
    before = source.next_due_at

    assert send(f"/{source.id}/{what}").status_code == 404
    assert session.get(CalendarSource, source.id).next_due_at == before


def test_sixth_calendar_is_refused(client, session, send, ada):
    token = csrf_token(client, PAGE)
    for _ in range(services.MOST_SOURCES):
        make_file(session, ada)
    asked = {"csrf_token": token}

    by_address = client.post(f"{PAGE}/addresses", data={**asked, "address": URL})
    by_file = client.post(f"{PAGE}/files", data={**asked, "file": upload()})

    words = "You can bring up to 5 calendars. Please remove one first."
    assert [response.status_code for response in (by_address, by_file)] == [422, 422]
    assert all(words in each.get_data(as_text=True) for each in (by_address, by_file))
    assert len(session.scalars(select(CalendarSource)).all()) == 5


@pytest.mark.parametrize("sources", [1, 3])
def test_page_asks_the_database_the_same_number_of_times(
    client, session, ada, count_statements, sources
):
    for _ in range(sources):
        make_file(session, ada, [hours(0, 1)])
    client.get(PAGE)

    with count_statements() as statements:
        client.get(PAGE)

    assert len([one for one in statements if "calendar_source" in one or "busy_time" in one]) == 2
