"""Real calendars: read without harm, and as most other readers understand them."""

import time
from zoneinfo import ZoneInfo

import pytest

from app.calendars.reading import limits
from app.calendars.reading.asking import ask
from app.calendars.reading.wire import Question, window, written
from tests.calendars.real_files import CONSENSUS, EXPECTED, FOLDER

# docs/calendar-import.md gives the reason for each.
WE_DIFFER = {
    "icalendar/example.ics",
    "icalendar/issue_313_globally_unique_tzid.ics",
    "icalendar/period_with_timezone.ics",
    "rie/issue_86_x_wr_timezone_without_time_zone_in_dt.ics",
}
OUR_FAULT = {limits.BROKEN, limits.TOO_SLOW, limits.TOO_GREEDY}


def question(name):
    zone = ZoneInfo("UTC")
    return Question(str(FOLDER / name), zone, window(EXPECTED[name]["window"]))


@pytest.fixture(scope="module")
def read():
    """One reading process for all of them."""
    asked = []
    readings = ask(iter(asked.pop, None))

    def one(name):
        asked.append(question(name))
        return next(readings)

    yield one
    readings.close()


def agrees(reading, expected):
    found = sorted(f"{written(one.start)}/{written(one.end)}" for one in reading.occurrences)
    if "occurrences" in expected:
        return found == sorted(expected["occurrences"])
    first = sorted(expected["occurrences_first_60"])
    return len(found) == expected["count"] and found[: len(first)] == first


if EXPECTED:

    @pytest.mark.parametrize("name", EXPECTED)
    def test_real_calendar_is_read_quickly_and_without_a_fault(name, read):
        begun = time.monotonic()

        reading = read(name)

        assert time.monotonic() - begun < 5
        assert reading.refused not in OUR_FAULT

    @pytest.mark.parametrize("name", sorted(CONSENSUS))
    def test_real_calendar_is_read_as_most_others_read_it(name, read):
        assert agrees(read(name), CONSENSUS[name]) is (name not in WE_DIFFER)

    def test_at_least_92_of_100_real_calendars_are_read_as_most_others_read_them():
        assert 1 - len(WE_DIFFER) / len(CONSENSUS) >= 0.92
