"""Which choices can never be met, told before applying with the planner's names."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.eligibility import (
    Candidate,
    Place,
    away_blocks,
    earliest_block,
    possible_starts,
    static_reasons,
)
from app.domain.horizon import Horizon

ROUND = Horizon(date(2027, 3, 1), 6, 4)
ADA = Candidate(team_id=1, site_id=1)
DESK = Place(host_team_id=2, site_id=1, duration=2, first_start=0, last_start=4)


@pytest.mark.parametrize(
    ("candidate", "place", "expected"),
    [
        (ADA, DESK, ()),
        (ADA, replace(DESK, host_team_id=1), ("own_team",)),
        (ADA, replace(DESK, required=frozenset({9, 7})), ("skill:7", "skill:9")),
        (replace(ADA, skills=frozenset({7})), replace(DESK, required=frozenset({7})), ()),
        (ADA, replace(DESK, site_id=2), ("site",)),
        (replace(ADA, mobile=True), replace(DESK, site_id=2), ()),
        (replace(ADA, remote_ok=True), replace(DESK, site_id=2), ("site",)),
        (replace(ADA, remote_ok=True), replace(DESK, site_id=2, remote_ok=True), ()),
        (replace(ADA, avoided=frozenset({2})), DESK, ("forbid",)),
        (replace(ADA, earliest=4), DESK, ()),
        (replace(ADA, earliest=5), DESK, ("notice",)),
        (ADA, replace(DESK, first_start=5, last_start=5), ("start",)),
        (
            replace(ADA, away=frozenset({1, 3, 5})),
            DESK,
            ("unavailable:1", "unavailable:3", "unavailable:5"),
        ),
        (replace(ADA, away=frozenset({0, 1})), DESK, ()),
        (ADA, replace(DESK, closed=frozenset({1, 3, 5})), ("blackout",)),
        (
            replace(ADA, team_id=2, earliest=5),
            replace(DESK, required=frozenset({3})),
            ("own_team", "skill:3", "notice"),
        ),
    ],
)
def test_reasons_are_named_only_when_nothing_is_left(candidate, place, expected):
    assert static_reasons(candidate, place, blocks=6) == expected


def test_possible_starts_leave_out_blocked_ones():
    candidate = replace(ADA, earliest=1, away=frozenset({3}))

    assert possible_starts(candidate, DESK, blocks=6) == (1, 4)


@pytest.mark.parametrize(
    ("earliest_on", "waived", "expected"),
    [
        (None, False, 0),  # 25 January and four weeks: 22 February
        (None, True, 0),
        (date(2027, 3, 2), False, 1),
        (date(2027, 8, 15), False, 6),
    ],
)
def test_the_earliest_block_leaves_notice_and_wish(earliest_on, waived, expected):
    found = earliest_block(
        ROUND,
        publish_on=date(2027, 1, 25),
        notice_weeks=4,
        earliest_on=earliest_on,
        waived=waived,
    )

    assert found == expected


def test_a_waiver_lets_somebody_start_before_the_notice_ends():
    late = {"publish_on": date(2027, 2, 22), "notice_weeks": 4, "earliest_on": None}

    assert earliest_block(ROUND, waived=False, **late) == 1
    assert earliest_block(ROUND, waived=True, **late) == 0


def test_blocks_past_the_last_day_and_mostly_absent_ones_are_closed():
    closed = away_blocks(
        ROUND, latest_on=date(2027, 7, 1), absences=[(date(2027, 3, 29), date(2027, 4, 19))]
    )

    assert closed == {1, 4, 5}
