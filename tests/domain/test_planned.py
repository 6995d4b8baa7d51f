"""What a plan of a session itself rules out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.planned import PlannedMeeting, SessionPlan, faults
from app.domain.timespan import Timespan

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = datetime(2026, 12, 15, 8, tzinfo=UTC)


def meeting(start=FIRST, *, hours=4, **place):
    return PlannedMeeting(
        Timespan(start, start + timedelta(hours=hours)), **(place or {"room_id": 1})
    )


PLAN = SessionPlan(
    language="de",
    site_id=1,
    note="",
    meetings=(meeting(), meeting(FIRST + timedelta(days=1))),
    capacity=12,
    minimum=6,
    decide_on=date(2026, 12, 8),
    opens_at=NOW,
    closes_at=FIRST - timedelta(days=1),
    cancel_days=3,
    needs_approval=False,
    release_on=date(2026, 12, 1),
    held={1: 6, 2: 6},
)


def told(plan):
    found = faults(plan, zone=BERLIN, at=NOW)
    return [(fault.field, fault.meeting, type(fault.refusal).__name__) for fault in found]


def test_a_good_plan_has_no_fault():
    assert told(PLAN) == []
    assert (PLAN.starts_at, PLAN.ends_at) == (FIRST, FIRST + timedelta(days=1, hours=4))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"meetings": ()}, ("meetings", None, "MeetingMissing")),
        ({"meetings": (meeting(NOW),)}, ("day", 0, "BeginsInThePast")),
        ({"meetings": (meeting(place=""),)}, ("room_id", 0, "PlaceMissing")),
        (
            {"meetings": (meeting(), meeting(FIRST + timedelta(hours=3)))},
            ("starts", 1, "MeetingsOverlap"),
        ),
        ({"minimum": 13}, ("minimum", None, "MinimumAboveSeats")),
        ({"decide_on": None}, ("decide_on", None, "DayMissing")),
        ({"decide_on": date(2026, 12, 15)}, ("decide_on", None, "DecidedTooLate")),
        ({"decide_on": date(2026, 11, 22)}, ("decide_on", None, "DecidedAlready")),
        ({"held": {1: 13}}, ("capacity", None, "MoreHeldThanSeats")),
        ({"release_on": None}, ("release_on", None, "ReleaseMissing")),
        ({"release_on": date(2026, 12, 15)}, ("release_on", None, "ReleasedTooLate")),
        ({"opens_at": FIRST - timedelta(days=1)}, ("closes_on", None, "ClosesBeforeItOpens")),
        ({"closes_at": FIRST + timedelta(seconds=1)}, ("closes_on", None, "ClosesAfterTheStart")),
        (
            {"opens_at": NOW - timedelta(days=9), "closes_at": NOW},
            ("closes_on", None, "ClosedAlready"),
        ),
    ],
)
def test_each_fault_is_told_where_it_lies(change, expected):
    assert expected in told(replace(PLAN, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"meetings": (meeting(), meeting(FIRST + timedelta(hours=4)))},  # one ends as one begins
        {"meetings": (meeting(link="https://example.com"),)},
        {"minimum": 0, "decide_on": None},
        {"closes_at": FIRST},
        {"held": {}, "release_on": None},
        {"decide_on": date(2026, 12, 14)},
        {"decide_on": date(2026, 11, 23)},  # today
        {
            "opens_at": NOW - timedelta(days=9),
            "closes_at": NOW + timedelta(seconds=1),
            "held": {},
            "release_on": None,
        },
    ],
)
def test_what_just_fits_is_no_fault(change):
    assert told(replace(PLAN, **change)) == []
