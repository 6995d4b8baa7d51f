"""Whose seat it is: departments' seats, the order of the waiting list, who is passed over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.queueing import (
    KEEPS_RANK,
    Waiter,
    first_state,
    in_order,
    moved_up_state,
    moving_up,
    only_the_yes_missing,
    place_of,
)
from app.domain.seats import HOLDING, LIVE, Approval, BookingState, Seats, Stage
from app.domain.seats.allotment import Capacity, with_wanted

MARKETING, SALES = 1, 2
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def waiter(key, minutes=0, *, department=MARKETING, priority=0, **more):
    joined = NINE + timedelta(minutes=minutes)
    return Waiter(key, department, priority, joined, **more)


@pytest.mark.parametrize(
    ("seats", "marketing", "sales", "nobody"),
    [
        (Seats(10, 4), 6, 6, 6),
        (Seats(10, 10), 0, 0, 0),
        (Seats(10, 12), 0, 0, 0),  # HR took seats away that are held
        (Seats(10, 4, {MARKETING: 5}), 6, 1, 1),
        (Seats(10, 4, {MARKETING: 5}, {MARKETING: 3}), 6, 4, 4),
        (Seats(10, 4, {MARKETING: 5}, {MARKETING: 7}), 6, 6, 6),
        (Seats(10, 8, {MARKETING: 5, SALES: 5}, {MARKETING: 5, SALES: 3}), 0, 2, 0),
    ],
)
def test_seats_kept_for_a_department_are_free_for_it_alone(seats, marketing, sales, nobody):
    found = [seats.free_for(MARKETING), seats.free_for(SALES), seats.free_for(None)]

    assert found == [marketing, sales, nobody]


@pytest.mark.parametrize(
    ("seats", "with_rank", "without"),
    [
        (Seats(10, 4, promised=2), 6, 4),
        (Seats(10, 9, promised=2), 1, 0),
        (Seats(10, 4, {SALES: 3}, promised=2), 3, 1),  # Sales' seats are kept from both
    ],
)
def test_promised_seats_are_kept_from_who_keeps_no_rank(seats, with_rank, without):
    found = [seats.free_for(MARKETING, keeps_rank=ranks) for ranks in (True, False)]

    assert found == [with_rank, without]


def test_who_keeps_a_rank_moves_up_into_promised_seats_and_nobody_else():
    ranked, usual = waiter(2, 5, priority=KEEPS_RANK), waiter(1)

    assert moving_up(Seats(3, 0, promised=2), [usual, ranked]) == [ranked]
    assert moving_up(Seats(4, 0, promised=2), [usual, ranked]) == [ranked, usual]


@given(
    capacity=st.integers(0, 6),
    promised=st.integers(0, 6),
    priorities=st.lists(st.integers(0, 1), max_size=8),
)
def test_nobody_without_a_rank_ever_takes_a_promised_seat(capacity, promised, priorities):
    line = [waiter(key, key, priority=each) for key, each in enumerate(priorities)]

    moved = moving_up(Seats(capacity, 0, promised=promised), line)

    usual = [each for each in moved if not each.keeps_rank]
    assert len(moved) <= capacity
    assert not usual or capacity - len(moved) >= promised


def test_somebody_without_a_department_uses_up_no_departments_seats():
    seats = Seats(10, 4, {MARKETING: 5}, {MARKETING: 3})

    assert seats.with_one_more(None) == Seats(10, 5, {MARKETING: 5}, {MARKETING: 3})
    assert seats.with_one_more(MARKETING) == Seats(10, 5, {MARKETING: 5}, {MARKETING: 4})


@pytest.mark.parametrize(
    ("wanted", "taken", "expected"),
    [(12, 8, Capacity(12, 12)), (5, 8, Capacity(8, 5)), (0, 0, Capacity(0, 0))],
)
def test_fewer_seats_throw_nobody_out(wanted, taken, expected):
    assert with_wanted(wanted, taken=taken) == expected


def test_list_is_ordered_by_priority_then_time_then_key():
    people = [waiter(4), waiter(3), waiter(2, minutes=-5), waiter(9, minutes=5, priority=1)]

    assert [one.booking_id for one in in_order(people)] == [9, 2, 3, 4]
    assert [place_of(key, people) for key in (9, 2, 3, 4, 77)] == [1, 2, 3, 4, None]


@pytest.mark.parametrize(
    ("seats", "people", "expected"),
    [
        (Seats(2, 2), [waiter(1)], []),
        (Seats(3, 2), [waiter(1), waiter(2, 1)], [1]),
        (Seats(9, 2), [waiter(1), waiter(2, 1)], [1, 2]),
        (Seats(3, 2), [waiter(1, is_elsewhere=True), waiter(2, 1)], [2]),
        (Seats(3, 2), [waiter(1, approval=Approval.PENDING), waiter(2, 1)], [2]),
        (Seats(3, 2), [waiter(1, approval=Approval.GIVEN), waiter(2, 1)], [1]),
        # The one free seat is kept for Marketing: Sales is passed over.
        (Seats(3, 2, {MARKETING: 1}), [waiter(1, department=SALES), waiter(2, 1)], [2]),
        # Two free, one kept: the first of Sales gets the open one, the second is passed over.
        (
            Seats(4, 2, {MARKETING: 1}),
            [waiter(1, department=SALES), waiter(2, 1, department=SALES), waiter(3, 2)],
            [1, 3],
        ),
    ],
)
def test_free_seats_go_to_the_first_who_can_have_them(seats, people, expected):
    assert [one.booking_id for one in moving_up(seats, reversed(people))] == expected


@pytest.mark.parametrize(
    ("free", "list_is_open", "approval", "expected"),
    [
        (1, False, Approval.NOT_NEEDED, BookingState.BOOKED),
        (1, False, Approval.GIVEN, BookingState.BOOKED),
        (1, False, Approval.PENDING, BookingState.REQUESTED),
        (0, False, Approval.NOT_NEEDED, BookingState.WAITLISTED),
        (0, False, Approval.PENDING, BookingState.WAITLISTED),
        (5, True, Approval.NOT_NEEDED, BookingState.WAITLISTED),  # nobody walks past the list
        (-2, False, Approval.NOT_NEEDED, BookingState.WAITLISTED),
    ],
)
def test_who_asks_gets_a_seat_a_question_or_a_place_in_line(free, list_is_open, approval, expected):
    assert first_state(free=free, list_is_open=list_is_open, approval=approval) == expected


def test_moving_up_is_a_booking_or_an_offer_and_nothing_after_the_close():
    assert moved_up_state(Stage.AUTOMATIC) == BookingState.BOOKED
    assert moved_up_state(Stage.OFFER) == BookingState.OFFERED
    with pytest.raises(ValueError, match="after the booking close"):
        moved_up_state(Stage.NONE)


def test_every_state_that_holds_a_seat_is_live_and_only_waiting_holds_none():
    assert {BookingState.WAITLISTED} == LIVE - HOLDING


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        (0, []),
        (1, []),  # somebody with a yes goes first
        (2, [1]),
        (3, [1, 4]),
        (9, [1, 4]),
    ],
)
def test_only_the_yes_is_missing_where_a_seat_would_be_theirs_with_it(free, expected):
    pending = {"approval": Approval.PENDING}
    line = [
        waiter(4, 9, **pending),
        waiter(1, 5, **pending),
        waiter(2, 1),
        waiter(3, 2, is_elsewhere=True, **pending),
    ]

    found = only_the_yes_missing(Seats(free, 0), line)

    assert [each.booking_id for each in found] == expected
