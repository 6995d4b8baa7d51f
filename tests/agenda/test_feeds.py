"""Feeds over HTTP: what they say of whose time."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.agenda.models import (
    CommitmentKind,
    FeedVariant,
    ShownAs,
)
from app.agenda.services import call_off, release
from app.agenda.services.feeds import show_names
from app.people.models import Membership
from app.rotations.queries.stays import find
from tests.agenda.makers import NINE, make_commitment, make_feed
from tests.factories import (
    NOW,
    agree,
    make_lead,
    make_person,
    make_placement,
    make_round,
    make_stay,
    make_team,
)

LONG_BEFORE = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def _stopped(clock):
    """Every request of these tests happens at the same instant unless a test moves the clock."""


def lines(response):
    assert response.status_code == 200, response.status
    return response.get_data().decode().replace("\r\n ", "").split("\r\n")


def summaries(response):
    return [line.removeprefix("SUMMARY:") for line in lines(response) if line.startswith("SUMMARY")]


def test_feed_of_one_training_says_exactly_this(client, session):
    ada = make_person(session, "Ada")
    held = make_commitment(
        session, ada, title="Active listening (2/4)", location="Room 2.01", note="Bring a case."
    )
    _, address = make_feed(session, ada)

    response = client.get(address)

    zone = [
        *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19701025T030000"),
        *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZNAME:CET", "TZOFFSETFROM:+0200"),
        *("TZOFFSETTO:+0100", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19700329T020000"),
        *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "TZNAME:CEST", "TZOFFSETFROM:+0100"),
        *("TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"),
    ]
    assert lines(response) == [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tandem//Tandem 1//EN", "CALSCALE:GREGORIAN"),
        *("METHOD:PUBLISH", "NAME:Tandem", "X-WR-CALNAME:Tandem", "X-WR-TIMEZONE:Europe/Berlin"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H", *zone, "BEGIN:VEVENT"),
        *(f"UID:{held.uid}", "DTSTAMP:20261123T090000Z", "LAST-MODIFIED:20261123T090000Z"),
        *("CREATED:20261123T090000Z", "SEQUENCE:0"),
        *("DTSTART;TZID=Europe/Berlin:20261201T100000", "DTEND;TZID=Europe/Berlin:20261201T120000"),
        *("SUMMARY:Active listening (2/4)", "LOCATION:Room 2.01"),
        "DESCRIPTION:Bring a case.\\n\\nDetails: http://localhost/sessions/1",
        *("URL:http://localhost/sessions/1", "STATUS:CONFIRMED", "TRANSP:OPAQUE"),
        *("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"),
        *("CATEGORIES:Training", "END:VEVENT", "END:VCALENDAR", ""),
    ]
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert response.headers["ETag"].startswith('"')


HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="tandem.ics"',
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Set-Cookie": None,
    "Vary": None,
    "Location": None,
}

# -- what a feed shows ---------------------------------------------------------------------------


def test_rotation_is_free_training_busy_trip_busy_or_away(client, session):
    ada = make_person(session, "Ada", team=(home := make_team(session, "Rhine")))
    placement = make_placement(session, make_round(session), make_team(session, "Elbe"))
    make_stay(session, ada, placement, home, agreed=True)
    make_commitment(session, ada)
    make_commitment(session, ada, kind=CommitmentKind.TRIP, title="Fair")
    make_commitment(session, ada, kind=CommitmentKind.TRIP, title="Far fair", shown_as=ShownAs.AWAY)
    make_commitment(session, ada, title="Maybe", tentative=True)
    _, address = make_feed(session, ada)

    events = Calendar.from_ical(client.get(address).get_data()).events

    assert {
        str(event["SUMMARY"]): (
            str(event["TRANSP"]),
            str(event["X-MICROSOFT-CDO-BUSYSTATUS"]),
            str(event["X-MICROSOFT-CDO-ALLDAYEVENT"]),
            str(event["STATUS"]),
        )
        for event in events
    } == {
        "Rotation: Campaign desk": ("TRANSPARENT", "FREE", "TRUE", "CONFIRMED"),
        "Listening": ("OPAQUE", "BUSY", "FALSE", "CONFIRMED"),
        "Joint day: Fair": ("OPAQUE", "BUSY", "FALSE", "CONFIRMED"),
        "Joint day: Far fair": ("OPAQUE", "OOF", "FALSE", "CONFIRMED"),
        "Maybe": ("OPAQUE", "TENTATIVE", "FALSE", "TENTATIVE"),
    }


def test_stay_is_tentative_until_all_agreed(client, session):
    ada = make_person(session, "Ada", team=(home := make_team(session, "Rhine")))
    placement = make_placement(session, make_round(session), make_team(session, "Elbe"))
    stay = make_stay(session, ada, placement, home)
    _, address = make_feed(session, ada)

    before = client.get(address).get_data(as_text=True)
    agree(session, find(session, stay.id))
    after = client.get(address).get_data(as_text=True)

    assert "STATUS:TENTATIVE" in before
    assert "STATUS:CONFIRMED" in after
    stay = find(session, stay.id)
    days = (
        f"DTSTART;VALUE=DATE:{stay.starts_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{stay.ends_on:%Y%m%d}",
    )
    assert "\r\n".join(days) in after


def test_reader_gets_the_words_of_their_language(client, session):
    ada = make_person(session, "Ada", locale="de")
    make_commitment(session, ada, kind=CommitmentKind.TRIP, title="Messe", source_id=4)
    call_off(session, CommitmentKind.TRIP, 4, ada.id, at=NOW)
    later = NINE + timedelta(days=1)
    make_commitment(session, ada, later, kind=CommitmentKind.STAY, title="Kampagne")
    _, address = make_feed(session, ada)

    assert summaries(client.get(address)) == [
        "Abgesagt: Gemeinsamer Tag: Messe",
        "Rotation: Kampagne",
    ]


def test_busy_feed_tells_nothing_but_that_time_is_taken(client, session):
    ada = make_person(session, "Ada")
    make_commitment(session, ada, title="Secret", location="Vault", note="Hush", path="/sessions/7")
    make_commitment(session, ada, title="Free", shown_as=ShownAs.FREE)
    _, address = make_feed(session, ada, variant=FeedVariant.BUSY)

    response = client.get(address)

    assert summaries(response) == ["Busy"]
    text = response.get_data(as_text=True)
    assert not any(word in text for word in ("Secret", "Vault", "Hush", "sessions", "CATEGORIES"))


def test_what_the_person_left_is_gone_and_what_was_called_off_stays_until_its_end(
    client, session, clock
):
    ada = make_person(session, "Ada")
    for number, let_go in enumerate((release, call_off)):
        make_commitment(session, ada, source_id=number, title=let_go.__name__)
        let_go(session, CommitmentKind.SESSION, number, ada.id, at=NOW)
    _, address = make_feed(session, ada)

    during = client.get(address)
    clock.move_to(NINE + timedelta(days=1))
    after = client.get(address)

    assert summaries(during) == ["Cancelled: call_off"]
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:1"} <= set(lines(during))
    assert summaries(after) == []


def test_feed_shows_ninety_days_back_and_two_years_ahead(client, session):
    ada = make_person(session, "Ada")
    days = {"long ago": -92, "lately": -89, "far": 729, "too far": 733}
    for title, number in days.items():
        make_commitment(session, ada, NOW + timedelta(days=number), title=title, at=LONG_BEFORE)
    _, address = make_feed(session, ada)

    assert summaries(client.get(address)) == ["lately", "far"]


def test_new_life_of_an_entry_has_another_uid(client, session):
    ada = make_person(session, "Ada")
    first = make_commitment(session, ada, source_id=5).uid
    release(session, CommitmentKind.SESSION, 5, ada.id, at=NOW)
    again = make_commitment(session, ada, source_id=5)

    assert again.uid != first
    assert (again.sequence, again.uid.rpartition("@")[2]) == (0, "tandem.invalid")


# -- teams ----------------------------------------------------------------------------------------


@pytest.fixture
def rhine(session):
    """Team Rhine: Ada works there, Lena leads it; both do the same training."""
    team = make_team(session, "Rhine")
    people = {name: make_person(session, name, team=team) for name in ("Ada", "Lena")}
    make_lead(session, people["Lena"], team)
    for person in people.values():
        make_commitment(session, person, title="Together", location="Room 1", note="Hush")
    return team, people


def test_members_see_what_is_on_and_leads_see_who(client, session, rhine):
    team, people = rhine
    feeds = {name: make_feed(session, person, team=team)[1] for name, person in people.items()}

    seen = {name: summaries(client.get(address)) for name, address in feeds.items()}

    assert {name: sorted(titles) for name, titles in seen.items()} == {
        "Ada": ["Together"],
        "Lena": ["Ada Test: Together", "Lena Test: Together"],
    }
    text = client.get(feeds["Lena"]).get_data(as_text=True)
    assert "Hush" not in text
    assert "LOCATION:Room 1" in text


def test_members_see_names_once_the_team_agreed(client, session, rhine):
    team, people = rhine
    _, address = make_feed(session, people["Ada"], team=team)
    etags = [client.get(address).headers["ETag"]]

    show_names(session, team.id, shown=True, at=NOW, by=people["Lena"].id)
    titles = sorted(summaries(client.get(address)))
    etags.append(client.get(address).headers["ETag"])

    assert titles == ["Ada Test: Together", "Lena Test: Together"]
    assert etags[0] != etags[1]


def test_team_sees_its_guests_and_members_only_while_they_belong(client, session, rhine):
    team, people = rhine
    elbe = make_team(session, "Elbe")
    bo = make_person(session, "Bo", team=elbe)
    make_stay(session, bo, make_placement(session, make_round(session), team), elbe, agreed=True)
    make_commitment(session, bo, title="Not ours")
    for membership in session.scalars(
        select(Membership).where(Membership.person_id == people["Ada"].id)
    ):
        membership.ends_on = NINE.date()
    _, address = make_feed(session, people["Lena"], team=team)

    assert sorted(summaries(client.get(address))) == [
        "Bo Test: Rotation: Campaign desk",
        "Lena Test: Together",
    ]
