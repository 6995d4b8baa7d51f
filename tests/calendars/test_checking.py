"""The check of calendars that others shall read."""

import pytest

from app.calendars.checking import Weight, check
from tests.agenda.makers import make_commitment, make_feed
from tests.calendars.hostile import CASES
from tests.calendars.servers import world
from tests.factories import make_person

ZONE = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Berlin",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
]
HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN"]
START, END = (
    "DTSTART;TZID=Europe/Berlin:20260301T090000",
    "DTEND;TZID=Europe/Berlin:20260301T100000",
)


def event(*lines, uid="one"):
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def whole(*lines, zone=ZONE, head=HEAD):
    return "".join(f"{line}\r\n" for line in [*head, *zone, *lines, "END:VCALENDAR"]).encode()


GOOD = whole(*event(START, END))


def found(data):
    return [f"{finding.weight}: {finding.text}" for finding in check(data)]


def test_good_calendar_has_no_findings():
    assert check(GOOD) == []


def test_finding_names_its_line():
    [finding] = check(whole(*event(START, "DTEND;TZID=Europe/Berlin:20260301T080000")))

    assert str(finding) == "error: line 17: The end is not after the start."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<html></html>", ["error: This is not a calendar."]),
        (
            b"\xef\xbb\xbf" + GOOD,
            ["error: A byte order mark stands at the beginning; most readers stop at it."],
        ),
        (b"\r\n" + GOOD, ["error: An empty line stands before BEGIN; Google reads nothing then."]),
        (
            GOOD.replace(b"\r\n", b"\n"),
            ["warning: Lines end with a line feed alone; the standard asks for CR LF."],
        ),
        (GOOD.replace(b"one", b"o\x00e"), ["error: The control character U+0000 stands here."]),
        (GOOD.replace(b"one", b"\xff"), ["error: This is not UTF-8."]),
        (
            GOOD.replace(b"one", b"x" * 80),
            ["warning: The line is longer than 75 bytes and not folded."],
        ),
        (GOOD.replace(b"one", b"x" * 70 + b"\r\n " + b"x" * 70), []),
        (GOOD.replace(b"END:VCALENDAR\r\n", b""), ["error: VCALENDAR has no end."]),
        (
            GOOD.replace(b"END:VEVENT\r\n", b""),
            ["error: VCALENDAR ends before what began inside it."],
        ),
        (GOOD + GOOD, ["warning: A second calendar; some readers refuse it."]),
    ],
)
def test_way_of_writing_is_checked(data, expected):
    assert found(data) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (event(START), ["warning: It has no end; readers disagree on how long it lasts."]),
        (event(END), ["error: DTSTART is missing."]),
        (event(START, END, "DURATION:PT1H"), ["error: It has both DTEND and DURATION."]),
        (event(START, "DURATION:1H"), ["error: DURATION cannot be read."]),
        (event(START, "DTEND:later"), ["error: DTEND cannot be read."]),
        (
            event(START, "DTEND;VALUE=DATE:20260302"),
            ["error: One of start and end is a date, the other a time."],
        ),
        (
            [
                *event(START, END),
                *event("DTSTART;VALUE=DATE:20260301", "DTEND;VALUE=DATE:20260301", uid="2"),
            ],
            ["error: The end is not after the start. Of days it is the one after the last."],
        ),
        (
            [*event(START, END), *event(START, END)],
            ["error: The event of line 13 has the same UID."],
        ),
        (
            event(START, END, "STATUS:CANCELLED"),
            ["warning: It is cancelled, but still keeps its owner busy."],
        ),
        (event(START, END, "STATUS:CANCELLED", "TRANSP:TRANSPARENT"), []),
        (
            event(START, END, "BEGIN:VALARM", "END:VALARM"),
            ["warning: It rings an alarm for everybody who follows the calendar."],
        ),
        (event(START, END, "RRULE:FREQ=DAILY;COUNT=3"), []),
        (
            event(START, END, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"),
            ["error: It has more than one RRULE; readers disagree."],
        ),
        (
            event(START, END, "RRULE:FREQ=SECONDLY"),
            ["error: RRULE: It repeats within hours, minutes or seconds."],
        ),
        (
            event(START, END, "RRULE:FREQ=DAILY;UNTIL=20260401"),
            ["error: UNTIL and DTSTART are not of one kind; readers disagree."],
        ),
        (
            event(START, END, "EXRULE:FREQ=DAILY"),
            ["error: EXRULE is no longer part of the standard."],
        ),
        (
            event(START, END, "RDATE:20260401T080000Z"),
            ["warning: Outlook drops single dates (RDATE) without an RRULE."],
        ),
        (
            event(START, END, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260401T080000Z"),
            ["warning: Readers disagree on changes to all later dates (RANGE)."],
        ),
    ],
)
def test_events_are_checked(lines, expected):
    assert found(whole(*lines)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            whole(*event(START, END), zone=[]),
            ["error: The zone 'Europe/Berlin' is not described in the file."],
        ),
        (
            whole(*event("DTSTART:20260301T080000Z", "DURATION:PT1H")),
            ["warning: Nothing uses the zone 'Europe/Berlin'."],
        ),
        (
            GOOD.replace(b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", b"RDATE:20261025T030000"),
            ["error: The zone lists its changes (RDATE); Outlook skips them."],
        ),
        (
            GOOD.replace(b"STANDARD", b"DAYLIGHT"),
            ["error: The zone has no STANDARD part; Outlook refuses it."],
        ),
        (GOOD.replace(b"TZOFFSETTO:+0100\r\n", b""), ["error: TZOFFSETTO is missing."]),
        (GOOD.replace(b"VERSION:2.0\r\n", b""), ["error: VERSION:2.0 is missing."]),
        (
            GOOD.replace(b"PRODID:-//x//y//EN\r\n", b""),
            ["error: PRODID is missing; some readers refuse the file."],
        ),
        (
            GOOD.replace(b"VERSION", b"METHOD:REQUEST\r\nVERSION"),
            ["warning: METHOD belongs to mails; a feed says PUBLISH or nothing."],
        ),
        (
            GOOD.replace(b"VERSION", b"X-WR-CALNAME:A\\, b, c\r\nVERSION"),
            ["warning: A comma or semicolon of X-WR-CALNAME lacks its backslash."],
        ),
        (
            GOOD.replace(b"VERSION", b"REFRESH-INTERVAL:PT4H\r\nVERSION"),
            ["warning: REFRESH-INTERVAL lacks VALUE=DURATION."],
        ),
    ],
)
def test_heads_and_zones_are_checked(data, expected):
    assert found(data) == expected


def test_hostile_calendars_do_not_break_the_check():
    small = [data for build in CASES.values() if len(data := build()) < 200_000]

    assert len(small) > 40
    assert all(finding.text for data in small for finding in check(data))


@pytest.fixture
def run(app):
    def invoke(source):
        result = app.test_cli_runner().invoke(args=["calendar", "check", str(source)])
        return result.exit_code, result.output

    return invoke


def test_own_feed_has_no_findings(session, client, clock):
    ada = make_person(session, "Ada")
    make_commitment(session, ada, title="Größe; Länge, Breite", note="Line one\nLine two")
    _, address = make_feed(session, ada)

    findings = check(client.get(address).data)

    assert [str(finding) for finding in findings] == []


def test_command_checks_files_and_tells_by_its_exit(run, tmp_path):
    good, bad = tmp_path / "good.ics", tmp_path / "bad.ics"
    good.write_bytes(GOOD)
    bad.write_bytes(GOOD.replace(b"PRODID:-//x//y//EN\r\n", b""))

    assert run(good) == (0, "Nothing breaks a reader.\n")
    assert run(bad) == (1, "error: line 1: PRODID is missing; some readers refuse the file.\n")
    assert run(tmp_path / "none.ics")[0] == 1


def test_command_checks_addresses_also_of_the_own_machine(run):
    def answer(handler):
        handler.send_response(200 if handler.path == "/good.ics" else 404)
        handler.send_header("Content-Length", str(len(GOOD)))
        handler.end_headers()
        handler.wfile.write(GOOD)

    with world(answer) as found_world:
        address = f"http://127.0.0.1:{found_world.port}"
        assert run(f"{address}/good.ics") == (0, "Nothing breaks a reader.\n")
        assert run(f"{address}/other.ics") == (
            1,
            "Error: The calendar cannot be reached at this address.\n",
        )


def test_weights_are_told_apart():
    assert {finding.weight for finding in check(GOOD.replace(b"\r\n", b"\n"))} == {Weight.WARNING}
