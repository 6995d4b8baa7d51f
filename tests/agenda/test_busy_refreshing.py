"""The worker and people's outside calendars: what is replaced, what stays, when it looks again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.agenda.jobs import busy_times
from app.agenda.models import BusyTime, CalendarSource, Firmness, SourceState
from app.agenda.services import busy_sources as services
from app.calendars.fetching import Fetched, NoCalendar, NotReachable, TooLarge, Validators
from app.domain.timespan import Timespan
from tests.agenda.busy_makers import SECRET, URL, hours, make_address, make_file
from tests.agenda.makers import NINE, make_commitment, make_feed
from tests.calendars.makers import calendar, event
from tests.calendars.servers import world
from tests.factories import NOW, make_person

MEETING = event("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "SUMMARY:Secret plan")
MAYBE = event("DTSTART:20261201T110000Z", "DURATION:PT1H", "STATUS:TENTATIVE", uid="two")
HOLIDAY = event("DTSTART;VALUE=DATE:20261202", uid="three")
OFTEN = event("DTSTART:20261201T110000Z", "RRULE:FREQ=HOURLY", uid="four")


@pytest.fixture(autouse=True)
def _now(clock):
    """The clock stands still."""


@pytest.fixture
def ada(session):
    return make_person(session, "Ada")


@pytest.fixture
def answer(monkeypatch):
    """Say what the address gives: bytes, nothing new, or a refusal; collects what was asked."""
    asked = []
    given = {}

    def fetch(request):
        asked.append(request)
        if isinstance(given["it"], Exception):
            raise given["it"]
        return given["it"]

    def say(it, **validators):
        given["it"] = Fetched(it, Validators(**validators)) if isinstance(it, bytes) else it

    monkeypatch.setattr(busy_times, "fetch", fetch)
    say.asked = asked
    return say


@pytest.fixture
def look(app, session):
    """Let the worker come by, with what the test made committed."""

    def once():
        session.commit()
        with app.app_context():
            busy_times.refresh_due()
        session.expire_all()

    return once


def times(session):
    rows = session.execute(
        select(BusyTime.starts_at, BusyTime.ends_at, BusyTime.kind).order_by(BusyTime.starts_at)
    )
    return [tuple(row) for row in rows]


def the_source(session):
    return session.scalars(select(CalendarSource)).one()


def test_calendar_at_an_address_becomes_start_end_and_kind(session, ada, answer, look, clock):
    make_address(session, ada)
    answer(calendar(MEETING, MAYBE, HOLIDAY, OFTEN), etag='"1"')

    look()

    assert times(session) == [
        (*hours(0, 1), Firmness.HARD),
        (*hours(2, 3), Firmness.SOFT),
    ]
    source = the_source(session)
    assert (source.state, source.problem, source.failures) == (SourceState.GOOD, None, 0)
    assert source.last_good_at == NOW
    assert source.known_until == NOW + timedelta(days=400)
    assert timedelta(minutes=30) <= source.next_due_at - NOW <= timedelta(minutes=60)
    assert source.note == {
        "skipped": {"It repeats within hours, minutes or seconds.": 1},
        "remarks": [],
    }
    [asked] = answer.asked
    assert (asked.url, asked.validators, asked.is_http_allowed) == (URL, Validators(), False)


def test_whole_days_count_when_their_owner_says_so(session, ada, answer, look):
    make_address(session, ada, all_day_counts=True)
    answer(calendar(HOLIDAY))

    look()

    start = datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert times(session) == [(start, start + timedelta(days=1), Firmness.HARD)]


def test_new_reading_replaces_the_old_one_and_leaves_others(session, ada, answer, look, clock):
    make_address(session, ada)
    make_file(session, ada, [hours(20, 21)])
    answer(calendar(MEETING))
    look()
    clock.move_by(timedelta(hours=2))
    answer(calendar(MAYBE))

    look()

    assert times(session) == [(*hours(2, 3), Firmness.SOFT), (*hours(20, 21), Firmness.HARD)]


@pytest.mark.parametrize(
    ("it", "problem"),
    [
        (NotReachable(), "The calendar cannot be reached at this address."),
        (TooLarge(), "The calendar is larger than 10 MB."),
        (NoCalendar(), "There is no calendar at this address."),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VALARM\r\n" * 9, "The calendar is nested too deeply."),
    ],
)
def test_failed_look_keeps_the_busy_times_and_says_why(session, answer, look, it, problem):
    make_address(session, make_person(session, "Ada"))
    answer(calendar(MEETING))
    look()
    the_source(session).next_due_at = NOW
    answer(it)

    look()

    source = the_source(session)
    assert times(session) == [(*hours(0, 1), Firmness.HARD)]
    assert (source.state, source.problem, source.failures) == (SourceState.FAILING, problem, 1)
    assert source.last_good_at == NOW


def test_failing_calendar_is_looked_at_ever_more_seldom_and_recovers(
    session, ada, answer, look, clock
):
    make_address(session, ada)
    answer(NotReachable())
    waits = []
    for _ in range(11):
        look()
        waits.append(the_source(session).next_due_at - clock.now())
        clock.move_by(waits[-1])
    assert waits[0] < timedelta(minutes=90) < timedelta(hours=23) < waits[-1]

    answer(calendar(MEETING))
    look()

    source = the_source(session)
    assert (source.state, source.failures) == (SourceState.GOOD, 0)
    assert source.next_due_at - clock.now() <= timedelta(hours=1)


def test_unchanged_calendar_stays_and_is_asked_with_what_its_server_said(
    session, ada, answer, look, clock
):
    make_address(session, ada)
    answer(calendar(MEETING), etag='"1"', last_modified="Sun, 01 Nov 2026 08:00:00 GMT")
    look()
    clock.move_by(timedelta(hours=2))
    answer(Fetched(None, Validators()))

    look()

    assert answer.asked[-1].validators == Validators('"1"', "Sun, 01 Nov 2026 08:00:00 GMT")
    assert times(session) == [(*hours(0, 1), Firmness.HARD)]
    assert the_source(session).last_good_at == NOW + timedelta(hours=2)


def test_calendar_is_read_anew_before_its_known_time_runs_out(session, ada, answer, look, clock):
    make_address(session, ada)
    answer(calendar(MEETING), etag='"1"')
    look()
    clock.move_by(timedelta(days=31))

    look()

    assert answer.asked[-1].validators == Validators()
    assert the_source(session).known_until == NOW + timedelta(days=431)


def test_calendar_that_is_not_due_or_whose_owner_left_is_not_asked(session, ada, answer, look):
    make_address(session, ada, at=NOW + timedelta(minutes=1))
    bo = make_person(session, "Bo", left_on=NOW.date())
    make_address(session, bo)

    look()

    assert answer.asked == []


def test_what_is_long_over_and_calendars_of_leavers_are_forgotten(session, ada, look):
    bo = make_person(session, "Bo", left_on=NOW.date())
    make_file(session, bo, [hours(0, 1)])
    month = 31 * 24
    make_file(session, ada, [hours(-2 * month, 1 - 2 * month), hours(-month / 2, 1), hours(2, 3)])

    look()

    owners = session.scalars(select(CalendarSource.person_id)).all()
    assert (owners, [start for start, _, _ in times(session)]) == (
        [ada.id],
        [hours(-month / 2, 1)[0], hours(2, 3)[0]],
    )


def test_claimed_calendar_is_claimed_by_nobody_else_until_the_lease_ends(session, ada):
    make_address(session, ada)

    first = services.claim_due(session, secret=SECRET, at=NOW)
    second = services.claim_due(session, secret=SECRET, at=NOW + timedelta(minutes=4))
    third = services.claim_due(session, secret=SECRET, at=NOW + timedelta(minutes=5))

    assert [len(due) for due in (first, second, third)] == [1, 0, 1]


def test_calendar_removed_while_it_was_read_stays_removed(session, ada, answer, look, clock):
    source = make_address(session, ada)
    [due] = services.claim_due(session, secret=SECRET, at=NOW)
    services.remove(session, source, at=NOW)
    session.flush()

    services.note_failure(session, due.source_id, "x", at=NOW, next_at=NOW)
    services.note_unchanged(session, due.source_id, at=NOW, next_at=NOW)

    assert session.scalars(select(CalendarSource)).all() == []


def test_address_sealed_with_another_key_asks_for_the_address_again(session, ada, answer, look):
    make_address(session, ada).sealed_address = services.seal(URL, secret="another key")

    look()

    problem = "Please enter the address again: it can no longer be decrypted."
    assert (the_source(session).problem, answer.asked) == (problem, [])


def test_address_is_stored_sealed_and_never_twice_alike(session, ada):
    sealed = [make_address(session, ada).sealed_address for _ in range(2)]

    assert sealed[0] != sealed[1]
    assert not any(b"secret" in each or b"calendar.example" in each for each in sealed)


def test_person_has_at_most_five_calendars(session, ada):
    for _ in range(services.MOST_SOURCES):
        make_file(session, ada)

    with pytest.raises(services.TooManySources):
        make_address(session, ada)


def test_own_feed_comes_back_as_the_same_times(session, client, ada, answer, look):
    held = [
        make_commitment(session, ada, NINE + timedelta(hours=5 * number), hours=number)
        for number in (1, 2, 3)
    ]
    spans = [Timespan(one.starts_at, one.ends_at) for one in held]
    _, address = make_feed(session, ada)
    make_address(session, ada)
    answer(client.get(address).data)

    look()

    assert [Timespan(start, end) for start, end, _ in times(session)] == spans


def serve(handler):
    body = calendar(MEETING)
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def test_whole_way_from_a_server_to_busy_times(session, ada, look, monkeypatch):
    make_address(session, ada)
    fetch = busy_times.fetch

    with world(serve, tls=True) as found:
        monkeypatch.setattr(busy_times, "fetch", lambda request: fetch(request, found.network))
        look()

    assert times(session) == [(*hours(0, 1), Firmness.HARD)]
    assert found.asked[0][1]["User-Agent"] == "Tandem (+http://localhost)"


def test_unencrypted_address_is_asked_only_where_the_installation_allows_it(
    session, ada, look, monkeypatch
):
    make_address(session, ada, "http://calendar.example/x.ics")
    fetch = busy_times.fetch

    with world(serve) as found:
        monkeypatch.setattr(busy_times, "fetch", lambda request: fetch(request, found.network))
        look()

    problem = "Please enter an address that begins with https:// or webcal://."
    assert (the_source(session).problem, found.connected) == (problem, [])
