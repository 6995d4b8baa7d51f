"""Merged busy times: the same instants, in as few spans as possible."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.calendars.reading.events import Occurrence, Presence
from app.calendars.reading.merging import BusySpans, busy_spans
from tests.calendars.makers import BERLIN

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
BUSY, SOFT, FREE = Presence.BUSY, Presence.SOFT, Presence.FREE


def hour(number):
    return MIDNIGHT + timedelta(hours=number)


def one(start, end, presence=BUSY, *, whole_day=False):
    return Occurrence(hour(start), hour(end), presence, whole_day)


def spans(*occurrences, all_day_counts=False):
    return busy_spans(occurrences, BERLIN, all_day_counts=all_day_counts)


def test_touching_and_overlapping_dates_become_one():
    found = spans(one(10, 11), one(8, 9), one(9, 10), one(12, 14), one(13, 15))

    assert found == BusySpans(((hour(8), hour(11)), (hour(12), hour(15))), ())


def test_uncertain_times_are_told_only_where_nothing_firm_is():
    found = spans(one(8, 14, SOFT), one(9, 10), one(12, 16))

    assert found == BusySpans(
        ((hour(9), hour(10)), (hour(12), hour(16))),
        ((hour(8), hour(9)), (hour(10), hour(12))),
    )


def test_free_dates_do_not_count():
    assert spans(one(8, 9, FREE)) == BusySpans((), ())


def test_whole_days_count_from_local_midnight_when_their_owner_says_so():
    day = Occurrence(date(2026, 3, 29), date(2026, 3, 30), BUSY, whole_day=True)
    span = (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))

    assert spans(day) == BusySpans((), ())
    assert spans(day, all_day_counts=True) == BusySpans((span,), ())


DATES = st.lists(
    st.builds(
        lambda start, size, presence: one(start, start + size, presence),
        st.integers(0, 30),
        st.integers(1, 6),
        st.sampled_from([BUSY, SOFT, FREE]),
    ),
    max_size=12,
)


@given(DATES)
def test_no_instant_is_lost_or_told_twice(dates):
    found = spans(*dates)

    for number in range(40):
        at = hour(number)
        said = {each.presence for each in dates if each.start <= at < each.end}
        firm = [start <= at < end for start, end in found.firm].count(True)
        uncertain = [start <= at < end for start, end in found.uncertain].count(True)
        expected = (1, 0) if BUSY in said else (0, 1) if SOFT in said else (0, 0)
        assert (firm, uncertain) == expected
