"""Hostile calendars end within their bounds, and as we decided."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.calendars.reading import limits
from app.calendars.reading.asking import ask, ask_one
from app.calendars.reading.bounds import Bounds, within
from app.calendars.reading.limits import FileRefused
from app.calendars.reading.wire import Question
from tests.calendars.hostile import CASES
from tests.calendars.makers import BERLIN, YEAR_2026, calendar, event

# How many dates are read, and the first reason given for what is not.
OUTCOMES = {
    "secondly from now": (0, limits.TOO_OFTEN),
    "secondly since 1970": (0, limits.TOO_OFTEN),
    "minutely since 1970": (0, limits.TOO_OFTEN),
    "secondly a billion times": (0, limits.TOO_OFTEN),
    "secondly that never matches": (0, limits.TOO_OFTEN),
    "hourly events of 100 years": (0, limits.TOO_LONG),
    "daily events of 100 years": (0, limits.TOO_LONG),
    "daily a billion times since 1900": (365, None),
    "10,000 daily series counted since 1900": (4015, limits.TOO_MUCH_WORK),
    "10,000 daily series since 1900": (5000, limits.TOO_MUCH_WORK),
    "10,000 yearly series on no day": (0, limits.TOO_MUCH_WORK),
    "daily from the year 1": (0, limits.TOO_EARLY_OR_LATE),
    "daily until the year 9999": (306, None),
    "yearly in the year 9999": (0, limits.TOO_EARLY_OR_LATE),
    "interval 0": (0, limits.BAD_INTERVAL),
    "interval -1": (0, limits.BAD_INTERVAL),
    "interval with a million digits": (0, limits.BAD_INTERVAL),
    "count with a million digits": (0, limits.BAD_RULE),
    "count below zero": (0, limits.BAD_RULE),
    "30 February": (1, None),
    "product of all lists": (0, limits.TOO_OFTEN),
    "a list of a million numbers": (0, limits.TOO_COMBINED),
    "a million weekdays": (0, limits.TOO_COMBINED),
    "rule excluding everything": (0, limits.EXCLUDING_RULE),
    "two rules": (0, limits.SEVERAL_RULES),
    "300,000 rules in one event": (306, None),
    "240,000 single dates": (0, limits.TOO_MANY_LISTED),
    "240,000 exceptions": (0, limits.TOO_MANY_LISTED),
    "9,000 changed dates": (0, limits.TOO_MANY_LISTED),
    "2,000 changes to all later dates": (2309, None),
    "changes that replace each other": (9, None),
    "duration beyond all clocks": (0, limits.BAD_END),
    "negative duration": (0, limits.TOO_LONG),
    "end before start": (1, None),
    "end in the year 9999": (0, limits.TOO_LONG),
    "13th month": (0, limits.BAD_START),
    "date of letters": (0, limits.BAD_START),
    "digits of another script": (0, limits.BAD_START),
    "superscript interval": (0, limits.BAD_INTERVAL),
    "no start": (0, limits.NO_START),
    "20,000 events": (0, limits.TOO_MANY_EVENTS),
    "10,000 events at one time": (5000, limits.CUT_FILE),
    "10,000 events of one name": (5000, limits.CUT_FILE),
    "600,000 lines": (0, limits.TOO_MANY_LINES),
    "a line of 5 MB": (1, None),
    "a line of 5 MB in 100,000 folds": (1, None),
    "a name of 5 MB": (1, None),
    "100,000 parameters": (1, None),
    "a quote that never ends": (1, limits.UNKNOWN_ZONE),
    "5 MB of backslashes": (1, None),
    "a name of an event of 5 MB": (1, None),
    "5,000 nested components": (0, limits.TOO_DEEP),
    "100,000 calendars": (0, None),
    "calendars in calendars": (0, None),
    "100,000 beginnings without an end": (0, limits.UNFINISHED),
    "100,000 ends without a beginning": (0, None),
    "zone that changes every second": (1, limits.UNKNOWN_ZONE),
    "zone that changes every day": (1, None),
    "20,000 zones": (1000, limits.UNKNOWN_ZONE),
    "zone 100 hours away": (1, limits.UNKNOWN_ZONE),
    "path as zone": (1, limits.UNKNOWN_ZONE),
    "device as zone": (1, limits.UNKNOWN_ZONE),
    "zone of 5 MB": (1, None),
    "zone of the calendar is a path": (1, None),
    "a million alarms of two billion rings": (1, None),
    "nothing but zeros": (0, None),
    "UTF-16 that is none": (0, limits.NO_CALENDAR),
    "carriage returns only": (1, None),
    "bytes of no encoding": (1, limits.NOT_UTF8),
    "eleven megabytes": (0, limits.TOO_LARGE),
    "no calendar": (0, limits.NO_CALENDAR),
    "nothing": (0, limits.NO_CALENDAR),
}


@pytest.fixture(scope="module")
def read():
    """One reading process for all of them, as the command uses it."""
    asked = []
    readings = ask(iter(asked.pop, None))

    def one(data):
        asked.append(Question(data, BERLIN, YEAR_2026))
        return next(readings)

    yield one
    readings.close()


@pytest.mark.parametrize("name", CASES)
def test_hostile_calendar_ends_as_decided(name, read):
    reading = read(CASES[name]())

    reasons = [reading.refused, *(one.reason for one in reading.skipped), *reading.remarks]
    first = next((reason for reason in reasons if reason), None)
    assert (len(reading.occurrences), first) == OUTCOMES[name]


def test_every_hostile_calendar_has_its_outcome():
    assert set(OUTCOMES) == set(CASES)
    assert len(CASES) >= 40


def burn():
    while True:
        pass


def sleep():
    time.sleep(60)
    return b""


def swallow():
    return bytes(1 << 30)


def call_out():
    with socket.socket() as phone:
        phone.connect(("127.0.0.1", 9))
    return b""


def run_something():
    subprocess.run(["true"], check=True)
    return b""


def write_something():
    Path("written-by-a-calendar").write_text("x")
    return b""


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (burn, limits.TOO_SLOW),
        (sleep, limits.TOO_SLOW),
        (swallow, limits.TOO_GREEDY),
        (call_out, limits.BROKEN),
        (run_something, limits.BROKEN),
        (write_something, limits.BROKEN),
    ],
)
def test_work_that_leaves_its_bounds_is_ended(work, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FileRefused) as refusal:
        within(Bounds(cpu=1, wall=3, memory=900 * limits.MEBIBYTE), work)

    assert refusal.value.reason == reason
    assert list(tmp_path.iterdir()) == []


def test_work_inside_its_bounds_gives_its_result():
    large = b"x" * 3_000_000

    assert within(Bounds(), lambda: large) == large


def test_process_that_reads_knows_neither_web_nor_database_nor_secrets():
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app.calendars.reading"],
        input=b"",
        capture_output=True,
        check=True,
    ).stderr.decode()

    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.splitlines()}
    assert "app" in loaded
    assert loaded & {"flask", "sqlalchemy", "werkzeug", "config"} == set()


def test_reader_outlives_a_calendar_that_is_killed():
    path = "/nonexistent/calendar.ics"
    good = calendar(event("DTSTART:20260301T080000Z", "DTEND:20260301T090000Z"))

    readings = list(ask([Question(path, BERLIN, YEAR_2026), Question(good, BERLIN, YEAR_2026)]))

    assert [reading.refused for reading in readings] == [limits.BROKEN, None]
    assert len(readings[1].occurrences) == 1


def test_one_calendar_may_be_asked_for_alone():
    good = calendar(event("DTSTART:20260301T080000Z", "DTEND:20260301T090000Z"))

    assert len(ask_one(Question(good, BERLIN, YEAR_2026)).occurrences) == 1
