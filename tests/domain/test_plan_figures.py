"""Figures, differences, lanes and blocks behind plans."""

from datetime import date

import pytest

from app.domain.board import Bar, Load, Slot, lanes
from app.domain.breaches import Crowd, Question, StayKey
from app.domain.fairness import History, history_of
from app.domain.horizon import Horizon
from app.domain.plan_diff import Change, ChangeKind, changes, figures, gap_percent
from app.domain.standing import candidates, cheapest, free_seats, wishes
from app.domain.weights import STANDARD, objective
from tests.domain.test_breaches import document

YEAR = Horizon(date(2027, 3, 1), blocks=6, block_weeks=4)
ADA, LATER = StayKey("ada", "desk", 0), StayKey("ada", "desk", 2)
FIELD = StayKey("ada", "field", 0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([ADA], [ADA], []),
        ([ADA], [], [Change(ChangeKind.REMOVED, "ada", ADA, None)]),
        ([], [ADA], [Change(ChangeKind.ADDED, "ada", None, ADA)]),
        ([ADA], [LATER], [Change(ChangeKind.MOVED, "ada", ADA, LATER)]),
        ([ADA], [FIELD], [Change(ChangeKind.SWITCHED, "ada", ADA, FIELD)]),
        (
            [ADA, FIELD],
            [LATER],
            [
                Change(ChangeKind.MOVED, "ada", ADA, LATER),
                Change(ChangeKind.REMOVED, "ada", FIELD, None),
            ],
        ),
    ],
)
def test_changes_are_told_once_per_stay(before, after, expected):
    assert changes(before, after) == expected


def test_figures_count_people_ranks_waiting_and_needs():
    asked = document(pairs=[{"home": "home", "host": "host", "need": 3, "target": 2}])
    asked["employees"][0] |= {"waiting": 4, "never_rotated": True}

    found = figures(Question(asked), [ADA])

    assert (found.people, found.placed, found.mean_rank, found.worst_rank) == (2, 1, 1.0, 1)
    assert [(group.rounds, group.people, group.placed) for group in found.waits] == [
        (0, 1, 0), (2, 1, 1)
    ]  # fmt: skip
    assert (found.newcomers, found.newcomers_placed) == (1, 1)
    assert (found.needs_wished, found.needs_covered, found.changed) == (2, 1, None)


@pytest.mark.parametrize(
    ("score", "bound", "expected"),
    [(None, 10, None), (10, None, None), (10, 10, 0.0), (95, 100, 5.0), (0, 0, 0.0)],
)
def test_gap_is_a_share_of_the_bound(score, bound, expected):
    assert gap_percent(score, bound) == expected


def test_bars_share_a_lane_where_they_do_not_overlap():
    found = lanes([Bar("a", 0, 2), Bar("b", 1, 3), Bar("c", 2, 9)], blocks=4)

    shown = [
        [(slot.start, slot.span, slot.bar and slot.bar.key) for slot in lane] for lane in found
    ]
    assert shown == [[(0, 2, "a"), (2, 2, "c")], [(0, 1, None), (1, 2, "b"), (3, 1, None)]]
    assert lanes([], blocks=2) == [[Slot(0, 1), Slot(1, 1)]]


@pytest.mark.parametrize(
    ("load", "state"),
    [(Load(0, 0), "closed"), (Load(1, 0), "over"), (Load(1, 1), "full"), (Load(0, 1), "")],
)
def test_a_load_says_whether_it_is_full_or_over(load, state):
    assert load.state == state


def test_wishes_are_judged_as_if_the_person_were_free():
    question = Question(document())
    crowd = Crowd(question, [ADA])

    ada, bo = wishes(question, crowd, "ada"), wishes(question, crowd, "bo")

    assert [(option.rank, option.start, option.is_free) for option in ada] == [(1, 0, True)]
    assert [(option.rank, option.start, option.is_free) for option in bo] == [(1, 2, True)]


def test_cheapest_way_names_the_limits_to_raise():
    asked = document()
    asked["placements"][0]["starts"] = [0]
    question = Question(asked)

    best = cheapest(wishes(question, Crowd(question, [ADA]), "bo"))

    assert best is not None
    assert {breach.code for breach in best.takes} == {"capacity", "max_guests", "max_out"}


def test_candidates_of_a_seat_come_with_the_free_ones_first():
    question = Question(document())
    crowd = Crowd(question, [])

    assert [option.person for option in candidates(question, crowd, "desk")] == ["ada", "bo"]
    assert free_seats(question, crowd) == {"desk": [1, 1, 1, 1]}


@pytest.mark.parametrize(
    ("day", "begun", "first"),
    [
        (date(2027, 2, 1), 0, 0),
        (date(2027, 3, 1), 1, 0),
        (date(2027, 3, 2), 1, 1),
        (date(2027, 3, 29), 2, 1),
        (date(2030, 1, 1), 6, 6),
    ],
)
def test_blocks_begin_on_their_first_day(day, begun, first):
    assert (YEAR.begun(day), YEAR.first_start(day)) == (begun, first)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "touched"),
    [
        (date(2027, 3, 28), date(2027, 3, 30), [0, 1]),
        (date(2027, 3, 29), date(2027, 3, 30), [1]),
        (date(2027, 8, 1), None, [5]),
        (date(2026, 1, 1), date(2027, 3, 1), []),
        (date(2027, 3, 5), date(2027, 3, 5), []),
    ],
)
def test_spans_touch_every_block_they_share_a_day_with(starts_on, ends_on, touched):
    assert list(YEAR.touched_by(starts_on, ends_on)) == touched


@pytest.mark.parametrize(
    ("spans", "days", "lost"),
    [
        ([(date(2027, 3, 1), date(2027, 3, 15))], "12345", {0}),
        ([(date(2027, 3, 1), date(2027, 3, 12))], "12345", set()),
        (
            [(date(2027, 3, 1), date(2027, 3, 9)), (date(2027, 3, 8), date(2027, 3, 15))],
            "12345",
            {0},
        ),
        ([(date(2027, 3, 1), date(2027, 3, 3))], "1", set()),
        ([(date(2027, 3, 1), date(2027, 3, 9))], "1", {0}),
        ([(date(2027, 3, 6), date(2027, 3, 8))], "12345", set()),
    ],
)
def test_half_of_the_working_days_loses_a_block(spans, days, lost):
    assert YEAR.mostly_away(spans, days) == lost


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], History()),
        ([(1, False, None), (1, False, None)], History(2, 0)),
        ([(1, False, None), (1, True, 4)], History(0, 1)),
        ([(1, True, 3), (1, True, 0)], History(0, 2)),
        ([(1, True, 3), (1, True, 1), (1, False, None)], History(1, 0)),
    ],
)
def test_waiting_ends_with_a_place_and_debt_with_a_first_choice(outcomes, expected):
    assert history_of(outcomes)[1] == expected


def test_scenario_weights_override_the_round_s():
    points = objective({"wait_bonus": 120, "nonsense": 1}, {"replan": "balanced"})

    assert points == {**STANDARD, "wait_bonus": 120, "removed_cost": 1000, "switched_cost": 400,
                      "moved_cost": 200}  # fmt: skip
