"""The replay of histories sees each broken promise: histories nobody may see, one for each."""

import pytest

from tests.faults.booking_model import Change, Gathering, Replay

ADA, BO, CY = 1, 2, 3


def step(booking, person, after, *, before=None, version=1, gathering=1, rank=None):
    own = (0, booking, booking) if rank is None else rank
    return Change(gathering, booking, person, own, version, before, after)


def replay(acts, **fields):
    """Walk through acts on one gathering of one seat beside another at the same time."""
    first = Gathering(**{"wanted": 1, "overlaps": frozenset({2}), **fields})
    second = Gathering(1, overlaps=frozenset({1}))
    return Replay({1: first, 2: second}).walk(acts)


BOOKED = step(11, ADA, "booked")
WAITS = step(12, BO, "waitlisted")
WAITS_TOO = step(13, CY, "waitlisted")
LEAVES = step(11, ADA, "cancelled", before="booked", version=2)
MOVES_UP = step(12, BO, "booked", before="waitlisted", version=2)


def test_history_that_keeps_every_promise_has_no_fault():
    assert replay([[BOOKED], [WAITS], [WAITS_TOO], [LEAVES, MOVES_UP]]) == []


@pytest.mark.parametrize(
    ("acts", "promise"),
    [
        ([[BOOKED], [step(12, BO, "booked")]], "takes a seat that was there"),
        (
            [[BOOKED], [WAITS], [LEAVES], [step(13, CY, "booked")]],
            "walks past the list",
        ),
        (
            [
                [BOOKED],
                [WAITS],
                [WAITS_TOO],
                [LEAVES, step(13, CY, "booked", before="waitlisted", version=2)],
            ],
            "was the first who could have the seat",
        ),
        ([[step(12, BO, "waitlisted")]], "waits though a seat was free"),
        ([[BOOKED], [WAITS], [LEAVES]], "a seat is free and (0, 12, 12) could have it"),
        (
            [[BOOKED], [step(21, ADA, "booked", gathering=2)]],
            "is in one place at a time",
        ),
        ([[BOOKED], [step(14, ADA, "waitlisted")]], "is the person's only place"),
        (
            [[BOOKED], [step(11, ADA, "cancelled", before="booked", version=3)]],
            "follows its history",
        ),
        ([[BOOKED], [step(11, ADA, "expired", before="booked", version=2)]], "is a possible move"),
        ([[step(11, ADA, "requested")]], "becomes booked"),
    ],
)
def test_each_broken_promise_is_seen(acts, promise):
    assert any(promise in fault for fault in replay(acts))


def test_near_the_start_a_seat_is_offered_and_not_simply_given():
    faults = replay([[BOOKED], [WAITS], [LEAVES, MOVES_UP]], near=True)

    assert any("is asked when near" in fault for fault in faults)


def test_where_a_lead_must_agree_nobody_is_booked_at_once():
    assert any("becomes requested" in fault for fault in replay([[BOOKED]], asks=True))


def test_fewer_seats_let_nobody_in():
    fewer = Change(1, seats=0)

    assert any("takes a seat" in fault for fault in replay([[fewer], [BOOKED]]))
