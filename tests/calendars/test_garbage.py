"""Whatever stands in a file, reading and checking it end with an answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.checking import check
from app.calendars.reading.wire import answer_line, read_answer
from tests.calendars.makers import calendar, event, understood

NAMES = [
    *("BEGIN", "END", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"),
    *("RECURRENCE-ID", "UID", "SUMMARY", "STATUS", "TRANSP", "SEQUENCE", "TZID", "X-WR-TIMEZONE"),
    *("TZOFFSETFROM", "TZOFFSETTO", "METHOD", "", " ", "dtstart"),
]
PARAMETERS = [
    *("", ";VALUE=DATE", ";VALUE=PERIOD", ";TZID=Europe/Berlin", ";TZID=", ";TZID=Own", ";;;"),
    *(';TZID="a:b', ";RANGE=THISANDFUTURE", ";X=ä"),
]
VALUES = [
    *("VEVENT", "VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VALARM", "20260301", ""),
    *("20260301T080000", "20260301T080000Z", "20260329T023000", "99991231T235959Z", "00010101"),
    *("20260301T080000Z/PT1H", "20260301T080000Z/20260301T070000Z", "20260301T080000/-P9999D"),
    *("PT1H", "-P1D", "P", "P400D", "P9999999W", "+0100", "-2359", "+9999", "TRUE", "CANCELLED"),
    *("FREQ=DAILY", "FREQ=YEARLY;BYDAY=53SU", "FREQ=MONTHLY;BYMONTHDAY=-31;COUNT=2", "Own"),
    *("FREQ=WEEKLY;UNTIL=00010101", "FREQ=DAILY;UNTIL=99991231T235959Z;INTERVAL=1000", "٣", "ä"),
    *("FREQ=YEARLY;BYWEEKNO=53,-53;BYSETPOS=-1;WKST=SU", "a,b,,20260301T080000Z", "1" * 5000),
]
LINES = st.builds(
    "{}{}:{}\r\n".format,
    st.sampled_from(NAMES),
    st.sampled_from(PARAMETERS),
    st.sampled_from(VALUES),
)
OWN_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "{}END:STANDARD\r\nEND:VTIMEZONE\r\n"
)
IN_OWN_ZONE = "DTSTART;TZID=Own:20260301T080000"
GOOD = calendar(event("DTSTART:20260301T080000Z", "DTEND:20260301T090000Z", "RRULE:FREQ=DAILY"))


def ends_with_an_answer(data):
    reading = understood(data)

    assert read_answer(answer_line(reading)) == reading
    assert all(finding.text for finding in check(data))


@settings(max_examples=300)
@given(st.lists(LINES, max_size=14))
def test_lines_in_any_order_are_read_or_left_out(lines):
    body = "".join(lines)

    ends_with_an_answer(calendar(event("DTSTART:20260301T080000Z", body.removesuffix("\r\n"))))
    ends_with_an_answer(calendar(OWN_ZONE.format(body), event(IN_OWN_ZONE, "RRULE:FREQ=DAILY")))
    ends_with_an_answer(calendar(body))


@settings(max_examples=200)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=6), st.integers(0, 8))
def test_damaged_calendar_is_read_or_refused(place, instead, lost):
    ends_with_an_answer(GOOD[:place] + instead + GOOD[place + lost :])


@given(st.binary(max_size=200))
def test_bytes_after_the_beginning_are_read_or_left_out(noise):
    ends_with_an_answer(b"BEGIN:VCALENDAR\r\n" + noise)
