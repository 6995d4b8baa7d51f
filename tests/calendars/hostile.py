"""Calendars made to hurt whoever reads them, built when they are asked for."""

from __future__ import annotations

from collections.abc import Callable

from tests.calendars.makers import calendar, event

START = "DTSTART:20260301T080000Z"
HOUR = "DTEND:20260301T090000Z"


def _ruled(rule: str, start: str = START, end: str = HOUR) -> bytes:
    return calendar(event(start, end, f"RRULE:{rule}"))


def _many(number: int, *lines: str) -> bytes:
    return calendar(*(event(*lines, uid=f"u{place}") for place in range(number)))


def _dates(name: str, number: int) -> str:
    days = (
        f"{1900 + place // 336}{place // 28 % 12 + 1:02}{place % 28 + 1:02}T080000Z"
        for place in range(number)
    )
    return f"{name}:" + ",".join(days)


def _lists(*parts: str) -> str:
    return ";".join(parts)


_NUMBERS = {
    "BYSECOND": ",".join(map(str, range(60))),
    "BYMINUTE": ",".join(map(str, range(60))),
    "BYHOUR": ",".join(map(str, range(24))),
    "BYMONTHDAY": ",".join(map(str, range(1, 32))),
    "BYYEARDAY": ",".join(map(str, range(1, 367))),
    "BYMONTH": ",".join(map(str, range(1, 13))),
}
_CROSS = ";".join(f"{name}={values}" for name, values in _NUMBERS.items())
_CYCLE = (
    "BEGIN:VTIMEZONE\r\nTZID:Loop\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ={rule}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
_IN_LOOP = event("DTSTART;TZID=Loop:20260301T080000", "DTEND;TZID=Loop:20260301T090000")

CASES: dict[str, Callable[[], bytes]] = {
    "secondly from now": lambda: _ruled("FREQ=SECONDLY"),
    "secondly since 1970": lambda: _ruled(
        "FREQ=SECONDLY", "DTSTART:19700101T000000Z", "DURATION:PT1S"
    ),
    "minutely since 1970": lambda: _ruled(
        "FREQ=MINUTELY", "DTSTART:19700101T000000Z", "DURATION:PT1S"
    ),
    "secondly a billion times": lambda: _ruled("FREQ=SECONDLY;COUNT=1000000000"),
    "secondly that never matches": lambda: _ruled("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "hourly events of 100 years": lambda: _ruled("FREQ=HOURLY", START, "DURATION:P36500D"),
    "daily events of 100 years": lambda: _ruled("FREQ=DAILY", START, "DTEND:21260301T080000Z"),
    "daily a billion times since 1900": lambda: _ruled(
        "FREQ=DAILY;COUNT=1000000000", "DTSTART:19000101T080000Z", "DURATION:PT1H"
    ),
    "10,000 daily series counted since 1900": lambda: _many(
        10_000, "DTSTART:19000101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=99999"
    ),
    "10,000 daily series since 1900": lambda: _many(
        10_000, "DTSTART:19000101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"
    ),
    "10,000 yearly series on no day": lambda: _many(
        10_000, "DTSTART:19000101T080000Z", "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=100;COUNT=9"
    ),
    "daily from the year 1": lambda: _ruled(
        "FREQ=DAILY", "DTSTART:00010101T080000Z", "DURATION:PT1H"
    ),
    "daily until the year 9999": lambda: _ruled("FREQ=DAILY;UNTIL=99991231T235959Z"),
    "yearly in the year 9999": lambda: _ruled(
        "FREQ=YEARLY", "DTSTART:99991231T235959Z", "DURATION:PT1H"
    ),
    "interval 0": lambda: _ruled("FREQ=DAILY;INTERVAL=0"),
    "interval -1": lambda: _ruled("FREQ=DAILY;INTERVAL=-1"),
    "interval with a million digits": lambda: _ruled("FREQ=DAILY;INTERVAL=" + "9" * 1_000_000),
    "count with a million digits": lambda: _ruled("FREQ=DAILY;COUNT=" + "9" * 1_000_000),
    "count below zero": lambda: _ruled("FREQ=DAILY;COUNT=-5"),
    "30 February": lambda: _ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "product of all lists": lambda: _ruled(f"FREQ=YEARLY;{_CROSS}"),
    "a list of a million numbers": lambda: _ruled(
        "FREQ=YEARLY;BYYEARDAY=" + ",".join("1" for _ in range(1_000_000))
    ),
    "a million weekdays": lambda: _ruled(
        "FREQ=MONTHLY;BYDAY=" + ",".join("1MO" for _ in range(1_000_000))
    ),
    "rule excluding everything": lambda: calendar(
        event(START, HOUR, "RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY")
    ),
    "two rules": lambda: calendar(event(START, HOUR, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY")),
    "300,000 rules in one event": lambda: calendar(
        event(START, *("RRULE:FREQ=DAILY" for _ in range(300_000)))
    ),
    "240,000 single dates": lambda: calendar(event(START, HOUR, _dates("RDATE", 240_000))),
    "240,000 exceptions": lambda: calendar(
        event(START, HOUR, "RRULE:FREQ=DAILY", _dates("EXDATE", 240_000))
    ),
    "9,000 changed dates": lambda: calendar(
        event(START, HOUR, "RRULE:FREQ=DAILY"),
        *(
            event(
                f"RECURRENCE-ID:20260301T{place // 3600:02}{place // 60 % 60:02}{place % 60:02}Z",
                START,
            )
            for place in range(9000)
        ),
    ),
    "2,000 changes to all later dates": lambda: calendar(
        event(START, HOUR, "RRULE:FREQ=DAILY"),
        *(
            event(
                f"RECURRENCE-ID;RANGE=THISANDFUTURE:2026"
                f"{place // 28 % 9 + 1:02}{place % 28 + 1:02}T{place // 252 % 24:02}0000Z",
                START,
                HOUR,
            )
            for place in range(2000)
        ),
    ),
    "changes that replace each other": lambda: calendar(
        *(
            event(
                f"RECURRENCE-ID:2026030{place % 9 + 1}T080000Z",
                f"DTSTART:2026030{(place + 1) % 9 + 1}T080000Z",
            )
            for place in range(1000)
        )
    ),
    "duration beyond all clocks": lambda: calendar(event(START, "DURATION:P999999999999D")),
    "negative duration": lambda: calendar(event(START, "DURATION:-P9999999D")),
    "end before start": lambda: calendar(
        event("DTSTART:20260301T090000Z", "DTEND:20260301T080000Z")
    ),
    "end in the year 9999": lambda: calendar(event(START, "DTEND:99991231T235959Z")),
    "13th month": lambda: calendar(event("DTSTART:20261399T256199Z")),
    "date of letters": lambda: calendar(event("DTSTART:yesterday")),
    "digits of another script": lambda: calendar(event("DTSTART:２０２６０３０１T080000Z")),
    "superscript interval": lambda: _ruled("FREQ=DAILY;INTERVAL=²"),
    "no start": lambda: calendar(event("SUMMARY:nothing")),
    "20,000 events": lambda: _many(20_000, START, HOUR),
    "10,000 events at one time": lambda: _many(10_000, START, HOUR),
    "10,000 events of one name": lambda: calendar(*(event(START, HOUR) for _ in range(10_000))),
    "600,000 lines": lambda: calendar("X-A:1\r\n" * 600_000),
    "a line of 5 MB": lambda: calendar(event(START, HOUR, "SUMMARY:" + "x" * 5_000_000)),
    "a line of 5 MB in 100,000 folds": lambda: calendar(
        event(START, HOUR, "DESCRIPTION:" + "\r\n ".join("y" * 50 for _ in range(100_000)))
    ),
    "a name of 5 MB": lambda: calendar(event(START, HOUR, "Z" * 5_000_000 + ":1")),
    "100,000 parameters": lambda: calendar(
        event("DTSTART" + ";X-A=1" * 100_000 + ":20260301T080000Z", HOUR)
    ),
    "a quote that never ends": lambda: calendar(
        event('DTSTART;TZID="' + "a;" * 1_000_000 + ":20260301T080000", HOUR)
    ),
    "5 MB of backslashes": lambda: calendar(event(START, HOUR, "SUMMARY:" + "\\" * 5_000_000)),
    "a name of an event of 5 MB": lambda: calendar(event(START, HOUR, uid="u" * 5_000_000)),
    "5,000 nested components": lambda: calendar("BEGIN:VEVENT\r\n" + "BEGIN:VALARM\r\n" * 5000),
    "100,000 calendars": lambda: b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 100_000,
    "calendars in calendars": lambda: b"BEGIN:VCALENDAR\r\n" * 100_000,
    "100,000 beginnings without an end": lambda: calendar("BEGIN:VEVENT\r\n" * 9_999),
    "100,000 ends without a beginning": lambda: calendar("END:VEVENT\r\n" * 100_000),
    "zone that changes every second": lambda: calendar(_CYCLE.format(rule="SECONDLY"), _IN_LOOP),
    "zone that changes every day": lambda: calendar(_CYCLE.format(rule="DAILY"), _IN_LOOP),
    "20,000 zones": lambda: calendar(
        *(_CYCLE.format(rule="DAILY").replace("Loop", f"Z{place}") for place in range(20_000)),
        *(
            event(f"DTSTART;TZID=Z{place}:20260301T080000", uid=f"u{place}")
            for place in range(1000)
        ),
    ),
    "zone 100 hours away": lambda: calendar(
        _CYCLE.format(rule="YEARLY").replace("+0200", "+9999"), _IN_LOOP
    ),
    "path as zone": lambda: calendar(
        event("DTSTART;TZID=../../../../etc/passwd:20260301T080000", HOUR)
    ),
    "device as zone": lambda: calendar(event("DTSTART;TZID=/dev/zero:20260301T080000", HOUR)),
    "zone of 5 MB": lambda: calendar(
        event("DTSTART;TZID=" + "Europe/" * 700_000 + "Berlin:20260301T080000", HOUR)
    ),
    "zone of the calendar is a path": lambda: calendar(
        event("DTSTART:20260301T080000"), head="X-WR-TIMEZONE:/dev/zero\r\n"
    ),
    "a million alarms of two billion rings": lambda: calendar(
        event(
            START,
            HOUR,
            *("BEGIN:VALARM\r\nREPEAT:2000000000\r\nEND:VALARM" for _ in range(100_000)),
        )
    ),
    "nothing but zeros": lambda: b"BEGIN:VCALENDAR\r\n" + b"\0" * 5_000_000,
    "UTF-16 that is none": lambda: b"\xff\xfe" + calendar(event(START, HOUR)),
    "carriage returns only": lambda: calendar(event(START, HOUR)).replace(b"\n", b""),
    "bytes of no encoding": lambda: calendar(event(START, HOUR, "SUMMARY:x")).replace(
        b"x", bytes(range(128, 256))
    ),
    "eleven megabytes": lambda: calendar("X-A:" + "a" * 11_000_000 + "\r\n"),
    "no calendar": lambda: b"<html>BEGIN</html>",
    "nothing": lambda: b"",
}
