"""The state of a stay follows from its consents and the day, and only forwards."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.consent import Verdict
from app.domain.stays import (
    FREED,
    OVER,
    CheckInKind,
    Facts,
    Hitch,
    Progress,
    StayState,
    check_in_days,
    hitches,
    next_state,
)
from app.domain.timespan import Days

START = date(2027, 3, 1)
days_around = st.integers(-30, 120).map(lambda n: START + timedelta(days=n))


@st.composite
def facts(draw):
    """Facts of a stay that begins on 1 March 2027."""
    length = draw(st.integers(1, 90))
    planned = length + draw(st.integers(0, 30))
    return Facts(
        state=draw(st.sampled_from(list(StayState))),
        verdict=draw(st.sampled_from(list(Verdict))),
        starts_on=START,
        ends_on=START + timedelta(days=length),
        planned_ends_on=START + timedelta(days=planned),
    )


@given(facts(), days_around)
def test_nothing_starts_before_its_day_and_its_consents(stay, today):
    after = next_state(stay, today)
    if after is StayState.RUNNING and stay.state is not StayState.RUNNING:
        assert stay.verdict is Verdict.AGREED
        assert stay.starts_on <= today < stay.ends_on


@given(facts(), days_around)
def test_ends_are_final(stay, today):
    if stay.state in {*OVER, *FREED}:
        assert next_state(stay, today) is stay.state


@given(facts(), days_around)
def test_asking_twice_changes_nothing_more(stay, today):
    once = next_state(stay, today)
    again = Facts(once, stay.verdict, stay.starts_on, stay.ends_on, stay.planned_ends_on)

    assert next_state(again, today) is once


@given(facts(), days_around)
def test_running_stay_is_over_from_its_end_on_and_says_whether_it_was_early(stay, today):
    if stay.state is not StayState.RUNNING:
        return
    early = stay.ends_on < stay.planned_ends_on
    over = StayState.ENDED_EARLY if early else StayState.ENDED
    assert next_state(stay, today) is (StayState.RUNNING if today < stay.ends_on else over)


@given(
    st.integers(1, 200),
    st.sets(st.sampled_from("1234567"), min_size=1),
    st.frozensets(st.dates(START, START + timedelta(days=200)), max_size=20),
)
def test_check_ins_come_in_order_and_inside_the_stay(length, weekdays, holidays):
    days = Days(START, START + timedelta(days=length))
    due = check_in_days(days, "".join(sorted(weekdays)), holidays)

    inside = [due[kind] for kind in (CheckInKind.DAY_THREE, CheckInKind.END)]
    assert all(day in days for day in [*inside, due[CheckInKind.MIDDLE]])
    assert inside == sorted(inside)
    assert due[CheckInKind.MIDDLE] <= due[CheckInKind.END]
    assert due[CheckInKind.FOLLOW_UP] == days.end + timedelta(days=60)


def test_third_day_is_the_third_working_day():
    days = Days(date(2027, 3, 25), date(2027, 4, 22))  # Thursday before Easter
    easter = {date(2027, 3, 26), date(2027, 3, 29)}

    assert check_in_days(days, "1245", easter)[CheckInKind.DAY_THREE] == date(2027, 4, 1)


def test_stay_says_where_it_is_stuck():
    soon = Progress(
        state=StayState.PROPOSED,
        starts_on=START,
        ends_on=START + timedelta(days=28),
        answer_due=START - timedelta(days=10),
    )
    late = Progress(
        state=StayState.RUNNING,
        starts_on=START,
        ends_on=START + timedelta(days=28),
        open_check_in=START + timedelta(days=2),
        goals=1,
        has_sheet=True,
    )
    freed = Progress(state=StayState.DECLINED, starts_on=START, ends_on=START + timedelta(days=28))

    assert hitches(soon, START - timedelta(days=9)) == (Hitch.CONSENT_LATE, Hitch.START_NEAR)
    assert hitches(late, START + timedelta(days=7)) == (Hitch.GOALS_MISSING, Hitch.CHECK_IN_LATE)
    assert hitches(freed, START) == (Hitch.SEAT_FREE,)
    assert hitches(freed, START + timedelta(days=28)) == ()
