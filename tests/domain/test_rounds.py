"""A round's life: moves, deadlines, reminders, what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.rounds import (
    ALREADY_PAST,
    BACK,
    NEXT,
    ONLY_LATER,
    ApplicationsPast,
    ApplicationsStillOpen,
    ByPublishingOnly,
    Deadlines,
    EndorsementsOpen,
    HasApplications,
    MoveNotPossible,
    NotOver,
    NotStarted,
    RoundState,
    Standing,
    Supply,
    closes_at,
    deadline_problems,
    due_move,
    extension_problems,
    gaps,
    obstacle,
    remind_on,
)

DAYS = Deadlines(
    placements_due_on=date(2026, 12, 11),
    applications_due_on=date(2026, 12, 18),
    endorsements_due_on=date(2027, 1, 15),
    publish_on=date(2027, 1, 25),
    starts_on=date(2027, 3, 1),
)
OPEN = Standing(
    state=RoundState.OPEN, deadlines=DAYS, ends_on=date(2027, 8, 16), today=date(2026, 12, 1)
)


@pytest.mark.parametrize(
    ("standing", "to", "refusal"),
    [
        (replace(OPEN, state=RoundState.DRAFT), RoundState.OPEN, None),
        (
            replace(OPEN, state=RoundState.DRAFT, today=date(2026, 12, 19)),
            RoundState.OPEN,
            ApplicationsPast,
        ),
        (OPEN, RoundState.DRAFT, None),
        (replace(OPEN, applications=1), RoundState.DRAFT, HasApplications),
        (OPEN, RoundState.PLANNING, ApplicationsStillOpen),
        (replace(OPEN, today=date(2026, 12, 18)), RoundState.PLANNING, ApplicationsStillOpen),
        (replace(OPEN, today=date(2026, 12, 19)), RoundState.PLANNING, None),
        (
            replace(OPEN, today=date(2027, 1, 15), open_endorsements=1),
            RoundState.PLANNING,
            EndorsementsOpen,
        ),
        (
            replace(OPEN, today=date(2027, 1, 16), open_endorsements=1),
            RoundState.PLANNING,
            None,
        ),
        (replace(OPEN, state=RoundState.PLANNING), RoundState.PUBLISHED, ByPublishingOnly),
        (replace(OPEN, state=RoundState.PUBLISHED), RoundState.RUNNING, NotStarted),
        (
            replace(OPEN, state=RoundState.PUBLISHED, today=date(2027, 3, 1)),
            RoundState.RUNNING,
            None,
        ),
        (
            replace(OPEN, state=RoundState.RUNNING, today=date(2027, 8, 16), live_stays=1),
            RoundState.CLOSED,
            NotOver,
        ),
        (
            replace(OPEN, state=RoundState.RUNNING, today=date(2027, 8, 15)),
            RoundState.CLOSED,
            NotOver,
        ),
        (
            replace(OPEN, state=RoundState.RUNNING, today=date(2027, 8, 16)),
            RoundState.CLOSED,
            None,
        ),
    ],
)
def test_a_move_is_judged_by_state_day_and_counts(standing, to, refusal):
    found = obstacle(standing, to)

    assert (None if found is None else type(found)) is refusal


standings = st.builds(
    Standing,
    state=st.sampled_from(RoundState),
    deadlines=st.just(DAYS),
    ends_on=st.just(date(2027, 8, 16)),
    today=st.dates(date(2026, 11, 1), date(2027, 12, 31)),
    applications=st.integers(0, 3),
    submitted=st.integers(0, 3),
    open_endorsements=st.integers(0, 3),
    live_stays=st.integers(0, 3),
)


@given(standings, st.sampled_from(RoundState))
def test_no_move_skips_a_state_or_leaves_the_last_one(standing, to):
    allowed = obstacle(standing, to) is None

    assert not allowed or to in (NEXT.get(standing.state), BACK.get(standing.state))
    if to not in (NEXT.get(standing.state), BACK.get(standing.state)):
        assert isinstance(obstacle(standing, to), MoveNotPossible)


@given(standings)
def test_what_moves_by_itself_is_allowed_and_never_opens_or_publishes(standing):
    to = due_move(standing)

    if to is not None:
        assert obstacle(standing, to) is None
        assert to in (RoundState.PLANNING, RoundState.RUNNING, RoundState.CLOSED)


@given(standings)
def test_a_round_left_alone_comes_to_rest(standing):
    states = [standing.state]
    while (to := due_move(standing)) is not None:
        standing = replace(standing, state=to)
        states.append(to)

    assert len(states) == len(set(states))


def test_planning_begins_by_itself_only_after_the_endorsements_are_due():
    assert due_move(replace(OPEN, today=date(2027, 1, 15))) is None
    assert due_move(replace(OPEN, today=date(2027, 1, 16))) is RoundState.PLANNING


def test_every_date_out_of_order_is_named_at_its_field():
    turned = Deadlines(
        placements_due_on=date(2026, 12, 19),
        applications_due_on=date(2026, 12, 18),
        endorsements_due_on=date(2026, 12, 17),
        publish_on=date(2026, 12, 16),
        starts_on=date(2026, 12, 15),
    )

    assert deadline_problems(DAYS) == {}
    assert set(deadline_problems(turned)) == {
        "applications_due_on",
        "endorsements_due_on",
        "publish_on",
        "starts_on",
    }


def test_a_round_begins_on_a_monday():
    assert set(deadline_problems(replace(DAYS, starts_on=date(2027, 3, 2)))) == {"starts_on"}


def test_open_deadlines_move_only_to_later_days_that_are_still_ahead():
    old = {name: getattr(DAYS, name) for name in DAYS.__dataclass_fields__ if name != "starts_on"}
    today = date(2026, 12, 30)

    assert extension_problems(old, old, today=today) == {}
    assert extension_problems(
        old, old | {"placements_due_on": date(2026, 12, 10)}, today=today
    ) == {"placements_due_on": ONLY_LATER}
    assert extension_problems(
        old, old | {"applications_due_on": date(2026, 12, 29)}, today=today
    ) == {"applications_due_on": ALREADY_PAST}
    assert extension_problems(old, old | {"applications_due_on": today}, today=today) == {}


@pytest.mark.parametrize(
    ("due_on", "holidays", "expected"),
    [
        (date(2026, 12, 18), (), date(2026, 12, 15)),  # Friday: Tuesday before
        (date(2026, 12, 15), (), date(2026, 12, 10)),  # Tuesday: over the weekend
        (date(2026, 12, 20), (), date(2026, 12, 16)),  # Sunday
        (date(2026, 12, 28), {date(2026, 12, 25)}, date(2026, 12, 22)),  # over Christmas
    ],
)
def test_reminders_go_out_three_working_days_before(due_on, holidays, expected):
    assert remind_on(due_on, holidays=holidays) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 18), datetime(2026, 12, 18, 23, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # the clocks changed that day
    ],
)
def test_a_deadline_ends_at_local_midnight(day, expected):
    assert closes_at(day, ZoneInfo("Europe/Berlin")) == expected


def test_a_round_says_what_it_lacks():
    standing = replace(OPEN, submitted=5, open_endorsements=2)
    supply = Supply(offered=1, drafts=2, seats=3, notice_weeks=8)

    numbers = [values for _msgid, values in gaps(standing, supply)]

    assert numbers == [{"count": 2}, {"count": 2}, {"count": 2}, {"weeks": 8}]
    assert gaps(replace(standing, state=RoundState.RUNNING), supply) == []


def test_a_round_with_nothing_offered_says_so_first():
    supply = Supply(offered=0, drafts=0, seats=0, notice_weeks=4)

    assert [msgid for msgid, _values in gaps(OPEN, supply)] == ["No placement is offered yet."]


@given(st.dates(date(2000, 1, 10), date(2099, 1, 1)))
def test_a_reminder_is_never_on_a_weekend_and_at_least_three_days_before(due_on):
    day = remind_on(due_on)

    assert day.weekday() < 5
    assert timedelta(days=3) <= due_on - day <= timedelta(days=5)
