"""Our own rules against another implementation, and against the examples of the standard."""

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.reading import limits
from app.calendars.reading.limits import Budget, SeriesRefused
from app.calendars.reading.rules import read_rule, walls

START = datetime(1997, 9, 2, 9)
FIVE_YEARS = timedelta(days=1830)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def ours(text, start=START, first=None, last=None):
    found = walls(
        read_rule(text, start),
        start,
        first or start.date(),
        last or (start + FIVE_YEARS).date(),
        Budget(),
    )
    return list(found)


def lists(name, values, size=3):
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=size, unique=True)
    return chosen.map(lambda picked: f";{name}=" + ",".join(map(str, picked)))


def maybe(strategy):
    return st.just("") | strategy


PLAIN_DAYS = lists("BYDAY", DAYS)
COUNTED_DAYS = lists("BYDAY", [f"{number}{day}" for number in (1, 2, -1, -2) for day in DAYS])
MONTHS = lists("BYMONTH", range(1, 13), 4)
MONTH_DAYS = lists("BYMONTHDAY", [1, 2, 13, 28, 29, 30, 31, -1, -2, -31])
INTERVAL = st.integers(1, 5).map(lambda number: f";INTERVAL={number}")
COUNT = st.integers(1, 40).map(lambda number: f";COUNT={number}")
WEEK_START = st.sampled_from(["", ";WKST=SU", ";WKST=WE"])
RULES = st.one_of(
    st.builds("FREQ=DAILY{}{}{}".format, maybe(PLAIN_DAYS), maybe(MONTHS), maybe(MONTH_DAYS)),
    st.builds("FREQ=WEEKLY{}{}{}".format, maybe(PLAIN_DAYS), WEEK_START, maybe(MONTHS)),
    st.builds(
        "FREQ=MONTHLY{}{}{}".format,
        maybe(PLAIN_DAYS | COUNTED_DAYS),
        maybe(MONTH_DAYS),
        maybe(MONTHS),
    ),
    st.builds("FREQ=MONTHLY{}{}".format, PLAIN_DAYS, lists("BYSETPOS", [1, 2, -1, -3])),
    st.builds(
        "FREQ=YEARLY{}{}{}".format,
        maybe(PLAIN_DAYS | COUNTED_DAYS),
        maybe(MONTHS),
        maybe(MONTH_DAYS),
    ),
    st.builds("FREQ=YEARLY{}".format, lists("BYYEARDAY", [1, 60, 100, 366, -1, -366])),
    st.builds(
        "FREQ=YEARLY{}{}{}".format,
        lists("BYWEEKNO", [1, 9, 20, 52, 53, -1]),
        PLAIN_DAYS,
        WEEK_START,
    ),
)
STARTS = st.datetimes(datetime(1996, 1, 1), datetime(2012, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)


@settings(max_examples=400, deadline=None)
@given(rule=RULES, interval=maybe(INTERVAL), start=STARTS)
def test_rules_give_what_another_implementation_gives(rule, interval, start):
    text = rule + interval
    end = start + FIVE_YEARS

    theirs = rrulestr(text, dtstart=start).between(start, end, inc=True)

    assert [wall for wall in ours(text, start) if wall <= end] == theirs


@settings(max_examples=150, deadline=None)
@given(rule=RULES, interval=maybe(INTERVAL), start=STARTS, later=st.integers(0, 4000))
def test_starting_near_the_window_misses_nothing(rule, interval, start, later):
    text = rule + interval
    first = start.date() + timedelta(days=later)
    last = first + timedelta(days=400)

    near = ours(text, start, first, last)

    everything = ours(text, start, start.date(), last)
    assert near == [wall for wall in everything if wall.date() >= first]


@settings(max_examples=150, deadline=None)
@given(rule=RULES, count=COUNT, start=STARTS)
def test_counted_rules_give_what_another_implementation_gives(rule, count, start):
    text = rule + count
    theirs = list(islice(rrulestr(text, dtstart=start), 40))
    last = (start + FIVE_YEARS).date()
    if not theirs or theirs[0] != start:
        return  # the first date counts with us also where the rule misses it

    assert ours(text, start, last=last) == [wall for wall in theirs if wall.date() <= last]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", [date(1997, 9, 2), date(1997, 9, 3), date(1997, 9, 4)]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=2", [date(1997, 9, 2), date(1997, 9, 12)]),
        (
            "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1TU,-1TU",
            [date(1997, 9, 2), date(1997, 9, 30), date(1997, 11, 4), date(1997, 11, 25)],
        ),
        (
            "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3;COUNT=3",
            [date(1997, 9, 4), date(1997, 10, 7)],
        ),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=2", [date(1998, 5, 18)]),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", [date(1998, 5, 11), date(1999, 5, 17)]),
        ("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", [date(1998, 5, 12)]),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3",
            [date(1998, 2, 13), date(1998, 3, 13)],
        ),
    ],
)
def test_examples_of_the_standard_count_their_first_date(text, expected):
    assert [wall.date() for wall in ours(text)] == expected


def test_several_times_a_day_are_given_in_order():
    assert ours("FREQ=DAILY;BYHOUR=16,9;BYMINUTE=0,30;COUNT=5") == [
        datetime(1997, 9, 2, 9),
        datetime(1997, 9, 2, 9, 30),
        datetime(1997, 9, 2, 16),
        datetime(1997, 9, 2, 16, 30),
        datetime(1997, 9, 3, 9),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", limits.BAD_RULE),
        ("FREQ=FORTNIGHTLY", limits.BAD_RULE),
        ("FREQ=DAILY;UNTIL=soon", limits.BAD_RULE),
        ("FREQ=DAILY;COUNT=0", limits.BAD_RULE),
        ("FREQ=DAILY;COUNT=-1", limits.BAD_RULE),
        ("FREQ=DAILY;UNTL=20260101", limits.BAD_RULE),
        ("FREQ=DAILY;WKST=XX", limits.BAD_RULE),
        ("FREQ=MONTHLY;BYDAY=0MO", limits.BAD_RULE),
        ("FREQ=MONTHLY;BYDAY=54MO", limits.BAD_RULE),
        ("FREQ=MONTHLY;BYMONTHDAY=0", limits.BAD_RULE),
        ("FREQ=MONTHLY;BYMONTHDAY=32", limits.BAD_RULE),
        ("FREQ=YEARLY;BYMONTH=13", limits.BAD_RULE),
        ("FREQ=DAILY;INTERVAL=0", limits.BAD_INTERVAL),
        ("FREQ=DAILY;INTERVAL=-1", limits.BAD_INTERVAL),
        ("FREQ=DAILY;INTERVAL=1001", limits.BAD_INTERVAL),
        ("FREQ=HOURLY", limits.TOO_OFTEN),
        ("FREQ=MINUTELY", limits.TOO_OFTEN),
        ("FREQ=SECONDLY;COUNT=1", limits.TOO_OFTEN),
        ("FREQ=DAILY;BYHOUR=8,9,10;BYMINUTE=0,5,10,15,20,25,30,35,40", limits.TOO_OFTEN),
        ("FREQ=YEARLY;RSCALE=HEBREW", limits.OTHER_CALENDAR),
        ("FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=FORWARD", limits.OTHER_CALENDAR),
        (
            "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU"
            ";BYMONTHDAY=1,2,3,4,5,6",
            limits.TOO_COMBINED,
        ),
    ],
)
def test_dangerous_and_broken_rules_are_refused(text, reason):
    with pytest.raises(SeriesRefused) as refusal:
        read_rule(text, START)

    assert refusal.value.reason == reason


def test_rule_that_never_matches_costs_no_more_than_its_window():
    budget = Budget()
    rule = read_rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", START)

    assert list(walls(rule, START, date(2026, 1, 1), date(2027, 1, 1), budget)) == []
    assert limits.MAX_WORK - budget.left < 400


def test_work_of_all_rules_together_is_bounded():
    rule = read_rule("FREQ=DAILY;COUNT=1000000000", datetime(1900, 1, 1))
    budget = Budget(left=10_000)

    with pytest.raises(SeriesRefused) as refusal:
        list(walls(rule, datetime(1900, 1, 1), date(2026, 1, 1), date(2027, 1, 1), budget))

    assert refusal.value.reason == limits.TOO_MUCH_WORK


def test_rule_may_reach_the_end_of_the_calendar():
    start = datetime(2199, 12, 31)

    assert ours("FREQ=YEARLY;INTERVAL=1000", start, last=date.max)[-1] == datetime(9199, 12, 31)
    assert len(ours("FREQ=WEEKLY;INTERVAL=1000", start, last=date.max)) > 400
