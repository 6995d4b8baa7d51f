"""Feeds over HTTP: what they say, who may follow them, and when they say that nothing is new."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.agenda.makers import make_commitment, make_feed
from tests.factories import (
    NOW,
    make_person,
)

LONG_BEFORE = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def _stopped(clock):
    """Every request of these tests happens at the same instant unless a test moves the clock."""


def settle(session):
    """Let all changes lie a month back, so that dates can be trusted."""
    session.execute(text("UPDATE person_calendar SET changed_at = :at"), {"at": stored(session)})
    session.execute(text("UPDATE team_calendar SET changed_at = :at"), {"at": stored(session)})


def stored(session):
    return str(LONG_BEFORE.replace(tzinfo=None)) + ".000000"


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
