"""Whose clock a calendar means, in winter, in summer, and in the nights between."""

import pytest

from app.calendars.reading import limits
from tests.calendars.makers import calendar, event, spans, understood

CUSTOM = (
    "BEGIN:VTIMEZONE\r\nTZID:{name}\r\n"
    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


def starts(*lines, head="", parts=""):
    data = calendar(parts, event(*lines, "DURATION:PT1H"), head=head)
    return [span.partition("/")[0] for span in spans(data)]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Lisbon", "2026-07-01T08:00:00Z"),
        ("europe/lisbon", "2026-07-01T08:00:00Z"),
        ('"Europe/Lisbon"', "2026-07-01T08:00:00Z"),
        ("Africa/Cairo", "2026-07-01T06:00:00Z"),
        ("W. Europe Standard Time", "2026-07-01T07:00:00Z"),
        ("Eastern Standard Time", "2026-07-01T13:00:00Z"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Lisbon", "2026-07-01T08:00:00Z"),
        ("/Europe/Lisbon", "2026-07-01T08:00:00Z"),
        ("/x.org/1/America/Argentina/Buenos_Aires", "2026-07-01T12:00:00Z"),
        ("(GMT -05:00)", "2026-07-01T14:00:00Z"),
        ("UTC+01:00", "2026-07-01T08:00:00Z"),
        ("GMT", "2026-07-01T09:00:00Z"),
    ],
)
def test_zone_is_known_by_its_name(zone, expected):
    assert starts(f"DTSTART;TZID={zone}:20260701T090000") == [expected]


@pytest.mark.parametrize(
    "name", ["Customized Time Zone", "tzone://Microsoft/Custom", "(UTC+01:00) Amsterdam\\, Berlin"]
)
@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("20260301T090000", "2026-03-01T08:00:00Z"),
        ("20260701T090000", "2026-07-01T07:00:00Z"),
        ("20260329T013000", "2026-03-29T00:30:00Z"),
        ("20260329T023000", "2026-03-29T01:30:00Z"),  # skipped: the old offset
        ("20260329T030000", "2026-03-29T01:00:00Z"),
        ("20261025T023000", "2026-10-25T00:30:00Z"),  # repeated: the first pass
        ("20261025T030000", "2026-10-25T02:00:00Z"),
    ],
)
def test_zone_of_the_file_counts_where_the_name_says_nothing(name, wall, expected):
    zone = CUSTOM.format(name=name)

    assert starts(f"DTSTART;TZID={name}:{wall}", parts=zone) == [expected]


def test_known_name_counts_more_than_the_zone_of_the_file():
    zone = CUSTOM.format(name="America/New_York")

    assert starts("DTSTART;TZID=America/New_York:20260701T090000", parts=zone) == [
        "2026-07-01T13:00:00Z"
    ]


def test_unknown_zone_is_read_in_the_persons_and_told():
    data = calendar(event("DTSTART;TZID=Middle Earth:20260701T090000", "DURATION:PT1H"))

    assert spans(data) == ["2026-07-01T07:00:00Z/2026-07-01T08:00:00Z"]
    assert understood(data).remarks == [limits.UNKNOWN_ZONE]


def test_time_without_a_zone_is_meant_in_the_calendars_else_the_persons():
    floating = "DTSTART:20260701T090000"

    assert starts(floating) == ["2026-07-01T07:00:00Z"]
    assert starts(floating, head="X-WR-TIMEZONE:America/New_York\r\n") == ["2026-07-01T13:00:00Z"]
    assert starts(floating, head="X-WR-TIMEZONE:nowhere\r\n") == ["2026-07-01T07:00:00Z"]


def test_series_keeps_its_wall_clock_and_each_date_its_exact_length():
    data = calendar(
        event(
            "DTSTART;TZID=Europe/Berlin:20260328T220000",
            "DTEND;TZID=Europe/Berlin:20260329T060000",
            "RRULE:FREQ=DAILY;COUNT=3",
        )
    )

    assert spans(data) == [
        "2026-03-28T21:00:00Z/2026-03-29T04:00:00Z",
        "2026-03-29T20:00:00Z/2026-03-30T03:00:00Z",
        "2026-03-30T20:00:00Z/2026-03-31T03:00:00Z",
    ]


def test_nominal_days_are_days_of_the_calendar():
    data = calendar(event("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1D"))

    assert spans(data) == ["2026-03-28T11:00:00Z/2026-03-29T10:00:00Z"]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
def test_calendar_is_read_in_its_encoding(encoding, bom):
    text = calendar(event("DTSTART:20260701T090000Z", "DURATION:PT1H", uid="Größe")).decode()

    assert understood(bom + text.encode(encoding)).remarks == []
    assert len(spans(bom + text.encode(encoding))) == 1


def test_older_encoding_is_read_and_told():
    data = calendar(event("DTSTART:20260701T090000Z", "SUMMARY:Größe")).decode().encode("cp1252")

    assert understood(data).remarks == [limits.NOT_UTF8]
    assert len(spans(data)) == 1


def test_fold_inside_a_character_is_undone_before_decoding():
    data = calendar(event("DTSTART:20260701T090000Z", "SUMMARY:Gr\u00f6\u00dfe"))
    folded = data.replace("ö".encode(), "ö".encode()[:1] + b"\r\n " + "ö".encode()[1:])

    assert understood(folded).remarks == []
