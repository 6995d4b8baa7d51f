"""What single calendars mean: repetitions, changes, lengths, and what makes busy."""

import pytest

from app.calendars.reading import limits
from app.calendars.reading.events import Presence
from tests.calendars.makers import calendar, event, spans, understood

NINE = "DTSTART:20260302T080000Z"
TEN = "DTEND:20260302T090000Z"
DAILY = "RRULE:FREQ=DAILY;COUNT=3"


def presences(*lines):
    return [one.presence for one in understood(calendar(event(*lines))).occurrences]


def reasons(data):
    reading = understood(data)
    return [(one.uid, one.reason) for one in reading.skipped]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([NINE, TEN], ["2026-03-02T08:00:00Z/2026-03-02T09:00:00Z"]),
        ([NINE, "DURATION:PT90M"], ["2026-03-02T08:00:00Z/2026-03-02T09:30:00Z"]),
        ([NINE], ["2026-03-02T08:00:00Z/2026-03-02T08:00:00Z"]),
        (["DTSTART;VALUE=DATE:20260302"], ["2026-03-02/2026-03-03"]),
        (["DTSTART:20260302", "DTEND:20260302"], ["2026-03-02/2026-03-03"]),
        (["DTSTART;VALUE=DATE:20260302", "DURATION:PT10H"], ["2026-03-02/2026-03-03"]),
        (["DTSTART;VALUE=DATE:20260302", "DURATION:P1W"], ["2026-03-02/2026-03-09"]),
        (
            ["DTSTART;TZID=Europe/Berlin:20260302T090000", "DTEND;VALUE=DATE:20260303"],
            ["2026-03-02T08:00:00Z/2026-03-02T23:00:00Z"],
        ),
    ],
)
def test_length_comes_from_end_duration_or_kind(lines, expected):
    assert spans(calendar(event(*lines))) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], Presence.BUSY),
        (["TRANSP:OPAQUE"], Presence.BUSY),
        (["TRANSP:TRANSPARENT"], Presence.FREE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE"], Presence.FREE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"], Presence.FREE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF"], Presence.BUSY),
        (["X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"], Presence.SOFT),
        (["STATUS:TENTATIVE"], Presence.SOFT),
        (["STATUS:TENTATIVE", "TRANSP:TRANSPARENT"], Presence.FREE),
    ],
)
def test_event_says_how_it_keeps_its_owner(lines, expected):
    assert presences(NINE, TEN, *lines) == [expected]


def test_what_has_no_length_or_ends_before_it_starts_keeps_nobody():
    assert presences(NINE) == [Presence.FREE]
    assert presences(NINE, "DTEND:20260302T070000Z") == [Presence.FREE]


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED",
        "SUMMARY:Canceled: Weekly",
        "SUMMARY:Abgesagt: Weekly",
        "SUMMARY;LANGUAGE=fr:Annulé : Weekly",
    ],
)
def test_cancelled_event_is_left_out(line):
    assert presences(NINE, TEN, line) == []


def test_title_that_only_speaks_of_cancelling_keeps_its_owner():
    assert presences(NINE, TEN, "SUMMARY:Cancelled orders review") == [Presence.BUSY]


def test_file_that_cancels_leaves_nothing():
    assert spans(calendar(event(NINE, TEN), head="METHOD:CANCEL\r\n")) == []


def test_midnights_that_are_called_all_day_are_whole_days():
    start, end = (
        "DTSTART;TZID=Europe/Berlin:20260302T000000",
        "DTEND;TZID=Europe/Berlin:20260303T000000",
    )
    data = calendar(event(start, end, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"))

    assert [one.whole_day for one in understood(data).occurrences] == [True]


def test_excluded_and_changed_dates_do_not_take_place_as_planned():
    data = calendar(
        event(NINE, TEN, "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260303T080000Z"),
        event("RECURRENCE-ID:20260304T080000Z", "DTSTART:20260304T120000Z", "DURATION:PT2H"),
    )

    assert spans(data) == [
        "2026-03-02T08:00:00Z/2026-03-02T09:00:00Z",
        "2026-03-04T12:00:00Z/2026-03-04T14:00:00Z",
        "2026-03-05T08:00:00Z/2026-03-05T09:00:00Z",
    ]


@pytest.mark.parametrize(
    "exception",
    [
        "EXDATE;VALUE=DATE:20260303",
        "EXDATE;TZID=Europe/Berlin:20260303T090000",
        "EXDATE;TZID=America/New_York:20260303T030000",
        "EXDATE:20260303T090000",
    ],
)
def test_exception_is_known_however_it_is_written(exception):
    start, end = "DTSTART;TZID=Europe/Berlin:20260302T090000", "DURATION:PT1H"

    found = spans(calendar(event(start, end, DAILY, exception)))

    assert found == [
        "2026-03-02T08:00:00Z/2026-03-02T09:00:00Z",
        "2026-03-04T08:00:00Z/2026-03-04T09:00:00Z",
    ]


def test_cancelled_date_of_a_series_is_left_out():
    changed = event(
        "RECURRENCE-ID:20260303T080000Z", "DTSTART:20260303T080000Z", "STATUS:CANCELLED"
    )

    assert len(spans(calendar(event(NINE, TEN, DAILY), changed))) == 2


def test_change_to_all_later_dates_moves_them_and_their_length():
    changed = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T080000Z",
        "DTSTART:20260303T100000Z",
        "DURATION:PT30M",
    )

    assert spans(calendar(event(NINE, TEN, DAILY), changed)) == [
        "2026-03-02T08:00:00Z/2026-03-02T09:00:00Z",
        "2026-03-03T10:00:00Z/2026-03-03T10:30:00Z",
        "2026-03-04T10:00:00Z/2026-03-04T10:30:00Z",
    ]


def test_newest_version_of_an_event_counts():
    old = event(NINE, TEN, "SEQUENCE:1")
    new = event("DTSTART:20260305T080000Z", "DURATION:PT1H", "SEQUENCE:2")

    assert spans(calendar(old, new)) == ["2026-03-05T08:00:00Z/2026-03-05T09:00:00Z"]


def test_change_that_a_newer_series_no_longer_knows_is_outdated():
    series = event(NINE, TEN, DAILY, "SEQUENCE:3", "EXDATE:20260303T080000Z")
    changed = event("RECURRENCE-ID:20260303T080000Z", "DTSTART:20260310T080000Z", "SEQUENCE:2")

    assert len(spans(calendar(series, changed))) == 2
    assert len(spans(calendar(series.replace("SEQUENCE:3", "SEQUENCE:2"), changed))) == 3


def test_single_dates_are_added_once_with_their_own_length():
    listed = (
        "RDATE:20260310T080000Z,20260302T080000Z",
        "RDATE;VALUE=PERIOD:20260311T080000Z/PT3H,20260312T080000Z/20260312T083000Z",
    )

    assert spans(calendar(event(NINE, TEN, *listed))) == [
        "2026-03-02T08:00:00Z/2026-03-02T09:00:00Z",
        "2026-03-10T08:00:00Z/2026-03-10T09:00:00Z",
        "2026-03-11T08:00:00Z/2026-03-11T11:00:00Z",
        "2026-03-12T08:00:00Z/2026-03-12T08:30:00Z",
    ]


def test_rule_ends_with_the_instant_of_its_end():
    start = "DTSTART;TZID=Europe/Berlin:20260302T090000"

    def until(text):
        return len(spans(calendar(event(start, "DURATION:PT1H", f"RRULE:FREQ=DAILY;UNTIL={text}"))))

    assert until("20260304T080000Z") == 3
    assert until("20260304T075959Z") == 2
    assert until("20260304T090000") == 3
    assert until("20260304") == 2
    assert until("20260301") == 0


def test_first_date_takes_place_although_its_rule_misses_it():
    assert spans(calendar(event(NINE, TEN, "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2"))) == [
        "2026-03-02T08:00:00Z/2026-03-02T09:00:00Z",
        "2026-03-06T08:00:00Z/2026-03-06T09:00:00Z",
    ]


def test_only_dates_that_share_an_instant_with_the_window_are_given():
    before = event("DTSTART:20251231T220000Z", "DTEND:20260101T000000Z", uid="before")
    into = event("DTSTART:20251231T220000Z", "DTEND:20260101T010000Z", uid="into")
    after = event("DTSTART:20270101T000000Z", "DURATION:PT1H", uid="after")

    assert spans(calendar(before, into, after)) == ["2025-12-31T22:00:00Z/2026-01-01T01:00:00Z"]


def test_one_broken_event_costs_nobody_the_others():
    data = calendar(
        event("SUMMARY:no start", uid="a"),
        event("DTSTART:soon", uid="b"),
        event(NINE, "DTEND:later", uid="c"),
        event(NINE, TEN, "RECURRENCE-ID:x", uid="d"),
        event(NINE, TEN, "RRULE:FREQ=SECONDLY", uid="e"),
        event(NINE, TEN, uid="f"),
    )

    assert len(spans(data)) == 1
    assert reasons(data) == [
        ("a", limits.NO_START),
        ("b", limits.BAD_START),
        ("c", limits.BAD_END),
        ("d", limits.BAD_CHANGED_DATE),
        ("e", limits.TOO_OFTEN),
    ]


def test_unreadable_single_dates_are_told():
    data = calendar(event(NINE, TEN, "RDATE:soon,20260310T080000Z", "EXDATE:never"))

    assert len(spans(data)) == 2
    assert reasons(data) == [("one", limits.SOME_DATES_UNREADABLE)]


def test_long_series_and_full_calendars_are_cut_and_told():
    twice_a_day = event(NINE, TEN, "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7", uid="often")

    assert reasons(calendar(twice_a_day)) == [("often", limits.CUT_SERIES)]
    assert len(spans(calendar(twice_a_day))) == limits.MAX_PER_SERIES


def test_unfinished_event_is_left_out_and_what_is_whole_is_read():
    whole = calendar(event(NINE, TEN, uid="whole"), event(NINE, TEN, uid="cut"))
    data = whole[: whole.index(b"END:VEVENT\r\nEND:VCALENDAR")]

    assert len(spans(data)) == 1
    assert reasons(data) == [("cut", limits.UNFINISHED)]
