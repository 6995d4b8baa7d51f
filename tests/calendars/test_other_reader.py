"""Whole series against another reader: zones, nights of the clock change, exceptions, changes."""

from datetime import UTC, datetime, timedelta

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.reading.series import Window
from app.calendars.reading.wire import written
from tests.calendars.makers import BERLIN, calendar, event, spans

ZONES = ["Europe/Berlin", "America/New_York", "Europe/Lisbon", "Australia/Sydney"]
RULES = [
    "",
    "FREQ=DAILY;COUNT=12",
    "FREQ=DAILY;INTERVAL=3;UNTIL=20261231T230000Z",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=9",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYMONTHDAY=25",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
]
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31)).map(
    lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
)
YEAR = Window(datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 1, 10, tzinfo=UTC))


def stamp(at):
    return f"{at:%Y%m%dT%H%M%S}"


@st.composite
def series(draw):
    """One event that repeats, with some dates taken out and one moved."""
    zone, rule, start = draw(st.sampled_from(ZONES)), draw(st.sampled_from(RULES)), draw(STARTS)
    lines = [f"DTSTART;TZID={zone}:{stamp(start)}", f"DURATION:PT{draw(st.integers(1, 30))}H"]
    if not rule:
        return event(*lines)
    lines.append(f"RRULE:{rule}")
    gone = draw(st.lists(st.integers(1, 30), max_size=3, unique=True))
    lines += [f"EXDATE;TZID={zone}:{stamp(start + timedelta(days=days))}" for days in gone]
    parts = [event(*lines)]
    if draw(st.booleans()):
        moved = start + timedelta(hours=draw(st.integers(-20, 20)))
        parts.append(
            event(
                f"RECURRENCE-ID;TZID={zone}:{stamp(start)}",
                f"DTSTART;TZID={zone}:{stamp(moved)}",
                "DURATION:PT45M",
            )
        )
    return "".join(parts)


def theirs(data):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(
        YEAR.start, YEAR.end
    )
    return sorted(written(each["DTSTART"].dt.astimezone(UTC)) for each in found)


@settings(max_examples=120)
@given(series())
def test_series_begins_when_another_reader_says(parts):
    data = calendar(parts)

    ours = [span.partition("/")[0] for span in spans(data, zone=BERLIN, window=YEAR)]

    assert ours == theirs(data)  # ends differ by design: ours last exactly as long as they say
