"""The replay of histories sees each broken promise: histories nobody may see, one for each."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.faults.booking_dates import FAR, SOME_DAY, Change, Gathering
from tests.faults.booking_model import Replay

ADA, BO, CY, LEA = 1, 2, 3, 4
MARKETING, SALES = 1, 2
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = SOME_DAY + timedelta(hours=60)  # so near that seats are offered, for 18 hours each
FRIDAY = date(2026, 11, 27)


def step(booking, person, after, *, gathering=1, at=SOME_DAY, joined=None, **fields):
    """Somebody books; who joined an earlier date of the course comes with that rank."""
    rank = (0, joined or at, booking)
    values = {"by": person, "department": MARKETING, "at": at, **fields}
    return Change(gathering, booking, person, rank, 1, None, after, **values)


def then(change, after, *, by=None, **fields):
    """The next step of a booking, by nobody in particular or by somebody."""
    version = change.version + 1
    return replace(change, before=change.after, after=after, version=version, by=by, **fields)


def about(gathering=1, *, by=LEA, **fields):
    return Change(gathering, by=by, **fields)


def gatherings(**fields):
    """One gathering of one seat, beside another at the same time."""
    return {1: Gathering(**{"wanted": 1, **fields}), 2: Gathering(1)}


def replay(acts, **fields):
    return Replay(gatherings(**fields)).walk(acts)


def left_over(acts, at, **fields):
    """What the last look finds of a history that is right by itself."""
    walked = Replay(gatherings(**fields))
    assert walked.walk(acts) == []
    return walked.look(at)


BOOKED = step(11, ADA, "booked")
WAITS = step(12, BO, "waitlisted")
WAITS_TOO = step(13, CY, "waitlisted")
LEAVES = then(BOOKED, "cancelled", by=ADA)
MOVES_UP = then(WAITS, "booked")
OFFERED = then(WAITS, "offered")
ASKS = step(11, ADA, "requested")
EXCUSED = then(BOOKED, "called_off", by=LEA, reason="Needed")
CALLED_OFF = about(state="called_off", reason="Too few")
CONFIRMED = about(state="confirmed", by=None, at=SOME_DAY + 5 * DAY)
FROM_SALES = step(12, BO, "booked", department=SALES)
ELSEWHERE = step(21, ADA, "booked", gathering=2)
LATER = FAR + DAY
BEGUN = {"starts_at": SOME_DAY + HOUR}


@pytest.mark.parametrize(
    ("acts", "fields"),
    [
        ([[BOOKED], [WAITS], [WAITS_TOO], [LEAVES, MOVES_UP]], {}),
        ([[BOOKED], [WAITS], [LEAVES, OFFERED]], {"starts_at": SOON, "closes_at": SOON}),
        ([[BOOKED], [WAITS], [EXCUSED, MOVES_UP]], {}),
        ([[BOOKED], [WAITS], [CALLED_OFF, EXCUSED, then(WAITS, "called_off", by=LEA)]], {}),
        ([[ASKS], [then(ASKS, "booked", by=LEA, at=SOME_DAY + 6 * DAY)]], {"asks": True}),
        ([[ASKS], [then(ASKS, "expired", at=SOME_DAY + 7 * DAY)]], {"asks": True}),
        ([[BOOKED], [CONFIRMED]], {"minimum": 1, "decide_on": FRIDAY}),
        ([[FROM_SALES], [BOOKED]], {"wanted": 2, "held": {SALES: 1}}),
        (
            [[step(11, ADA, "booked", at=SOME_DAY + 5 * DAY)]],
            {"held": {SALES: 1}, "release_on": FRIDAY},
        ),
        (
            [
                [BOOKED],
                [then(BOOKED, "excused", by=LEA, reason="Needed", at=SOME_DAY + HOUR)],
                [replace(CALLED_OFF, at=SOME_DAY + HOUR)],
            ],
            BEGUN,
        ),
        # Moved over something else: the seat stays, and is kept beside it until that is gone.
        (
            [
                [about(2, moved_to=LATER)],
                [BOOKED],
                [ELSEWHERE],
                [about(moved_to=LATER)],
                [then(ELSEWHERE, "cancelled", by=ADA)],
            ],
            {},
        ),
        # Who has a seat in a date that was moved may leave until it begins.
        (
            [[BOOKED], [about(moved_to=FAR + HOUR)], [replace(LEAVES, at=FAR)]],
            {"cancel_until": SOME_DAY},
        ),
    ],
)
def test_history_that_keeps_every_promise_has_no_fault(acts, fields):
    assert replay(acts, **fields) == []


@pytest.mark.parametrize(
    ("acts", "promise"),
    [
        ([[BOOKED], [step(12, BO, "booked")]], "takes a seat that was there"),
        (
            [[BOOKED], [WAITS], [LEAVES], [step(13, CY, "booked")]],
            "walks past the list",
        ),
        (
            [[BOOKED], [WAITS], [WAITS_TOO], [LEAVES, then(WAITS_TOO, "booked")]],
            "was the first who could have the seat",
        ),
        ([[step(12, BO, "waitlisted")]], "waits though a seat was free"),
        ([[BOOKED], [WAITS], [LEAVES]], f"a seat is free and person {BO} could"),
        ([[BOOKED], [ELSEWHERE]], "is in one place at a time"),
        ([[BOOKED], [step(14, ADA, "waitlisted")]], "is the person's only place"),
        ([[BOOKED], [replace(LEAVES, version=3)]], "follows its history"),
        ([[BOOKED], [then(BOOKED, "expired")]], "is a possible move"),
        ([[step(11, ADA, "requested")]], "becomes booked"),
    ],
)
def test_each_broken_promise_is_seen(acts, promise):
    assert sees(replay(acts), promise)


def sees(faults, promise):
    return any(promise in fault for fault in faults)


# Ranks of a course: Ada has the only seat of a date, Bo waits for it, and another date follows

FIRST_THREE = SOME_DAY + 3 * DAY
FALLS_THROUGH = [[BOOKED], [WAITS], [CALLED_OFF, EXCUSED, then(WAITS, "called_off", by=LEA)]]
IN_VAIN = [[BOOKED], [WAITS], [then(WAITS, "expired", at=SOME_DAY + HOUR)]]


def two_dates(acts, *, seats=2, **fields):
    first = Gathering(1, course="Listening", **fields)
    return Replay({1: first, 2: Gathering(seats, course="Listening", starts_at=LATER)}).walk(acts)


def on_next(booking, person, after, *, at=SOME_DAY + HOUR, **fields):
    return step(booking, person, after, gathering=2, at=at, **fields)


@pytest.mark.parametrize(
    "after",
    [
        [
            [on_next(21, ADA, "booked", joined=SOME_DAY)],
            [on_next(22, BO, "booked", joined=SOME_DAY)],
        ],
        [[on_next(23, CY, "waitlisted")], [on_next(24, LEA, "waitlisted")]],
        [[on_next(23, CY, "booked", at=FIRST_THREE)], [on_next(24, LEA, "booked", at=FIRST_THREE)]],
        [
            [on_next(23, CY, "waitlisted")],
            [
                on_next(21, ADA, "waitlisted", joined=SOME_DAY),
                then(on_next(21, ADA, "waitlisted", joined=SOME_DAY), "booked"),
            ],
        ],
    ],
)
def test_kept_seats_are_for_those_whose_date_fell_through_and_later_for_all(after):
    assert two_dates([*FALLS_THROUGH, *after]) == []


def test_only_who_waited_in_vain_until_it_began_keeps_a_rank():
    after = [[on_next(23, CY, "booked")], [on_next(24, LEA, "waitlisted")]]
    begins = [*IN_VAIN, *after, [on_next(22, BO, "waitlisted", joined=SOME_DAY)]]
    moves_up = then(begins[-1][0], "booked")

    assert two_dates([*begins[:-1], [begins[-1][0], moves_up]], starts_at=SOME_DAY + HOUR) == []


@pytest.mark.parametrize(
    ("after", "promise"),
    [
        ([[on_next(23, CY, "booked")]], "takes a seat that was there"),
        ([[on_next(23, CY, "waitlisted", at=FIRST_THREE)]], "waits though a seat was free"),
        ([[on_next(21, ADA, "booked")]], "keeps its rank"),
        ([[on_next(21, ADA, "waitlisted", joined=SOME_DAY)]], "waits though a seat was free"),
        (
            [[on_next(23, CY, "waitlisted")], [on_next(21, ADA, "waitlisted", joined=SOME_DAY)]],
            f"a seat is free and person {ADA} could",
        ),
        (
            [
                [on_next(21, ADA, "booked", joined=SOME_DAY)],
                [then(on_next(21, ADA, "booked", joined=SOME_DAY), "cancelled", by=ADA)],
                [on_next(25, ADA, "booked", joined=SOME_DAY)],
            ],
            "keeps its rank",
        ),
    ],
)
def test_each_broken_promise_about_ranks_is_seen(after, promise):
    assert sees(two_dates([*FALLS_THROUGH, *after]), promise)


def test_who_waits_for_the_next_date_already_comes_first_there():
    full = [on_next(23, CY, "booked", at=SOME_DAY)]
    waiting = [
        on_next(24, LEA, "waitlisted", at=SOME_DAY),
        on_next(22, BO, "waitlisted", at=SOME_DAY),
    ]
    gives_back = then(full[0], "cancelled", by=CY)
    acts = [full, [waiting[0]], [waiting[1]], *FALLS_THROUGH]

    rightly = two_dates([*acts, [gives_back, then(waiting[1], "booked")]], seats=1)
    wrongly = two_dates([*acts, [gives_back, then(waiting[0], "booked")]], seats=1)

    assert (rightly, sees(wrongly, "was the first who could have the seat")) == ([], True)


# Each with what the gathering is like

NEAR = {"starts_at": SOON, "closes_at": SOON}
AN_OFFER = [[BOOKED], [WAITS], [LEAVES, OFFERED]]


@pytest.mark.parametrize(
    ("acts", "fields", "promise"),
    [
        # Held for a department until the release day
        ([[BOOKED]], {"held": {SALES: 1}}, "takes a seat that was there"),
        (
            [[step(11, ADA, "booked", at=SOME_DAY + 3 * DAY)]],
            {"held": {SALES: 1}, "release_on": FRIDAY},
            "takes a seat that was there",
        ),
        (
            [
                [FROM_SALES],
                [WAITS_TOO],
                [then(FROM_SALES, "cancelled", by=BO), then(WAITS_TOO, "booked")],
            ],
            {"held": {SALES: 1}},
            "takes a seat that was there",
        ),
        (
            [[replace(WAITS, department=SALES)]],
            {"held": {SALES: 1}},
            "waits though a seat was free",
        ),
        # The booking close
        (
            [[step(11, ADA, "booked", at=SOME_DAY + DAY)]],
            {"closes_at": SOME_DAY + DAY},
            "comes while booking is open",
        ),
        (
            [
                [BOOKED],
                [WAITS],
                [replace(LEAVES, at=LATER - DAY), replace(MOVES_UP, at=LATER - DAY)],
            ],
            {"starts_at": LATER, "closes_at": FAR - HOUR, "cancel_until": LATER},
            "moves up while booking is open",
        ),
        # The end of questions
        (
            [*AN_OFFER, [then(OFFERED, "booked", by=BO, at=SOME_DAY + DAY)]],
            NEAR,
            "is taken or left while it stands",
        ),
        ([*AN_OFFER, [then(OFFERED, "booked", by=LEA)]], NEAR, "is taken or left while it stands"),
        ([*AN_OFFER, [then(OFFERED, "expired", at=SOME_DAY + HOUR)]], NEAR, "runs out in its time"),
        ([[BOOKED], [WAITS], [LEAVES, MOVES_UP]], NEAR, "is asked when near"),
        ([[BOOKED], [WAITS], [LEAVES, OFFERED]], {}, "is asked when near"),
        ([[ASKS], [then(ASKS, "expired", at=SOME_DAY + 6 * DAY)]], {"asks": True}, "runs out in"),
        (
            [[ASKS], [then(ASKS, "booked", by=LEA, at=SOME_DAY + 7 * DAY)]],
            {"asks": True},
            "is answered in time",
        ),
        ([[ASKS], [then(ASKS, "booked", by=ADA)]], {"asks": True}, "is answered in time"),
        ([[ASKS], [then(ASKS, "booked")]], {"asks": True}, "is answered in time"),
        ([[BOOKED]], {"asks": True}, "becomes requested"),
        ([[BOOKED], [WAITS], [then(WAITS, "expired")]], {}, "runs out in its time"),
        # Giving back and excusing
        ([[BOOKED], [LEAVES]], {"cancel_until": SOME_DAY}, "is given back in time"),
        ([[BOOKED], [then(BOOKED, "cancelled", by=LEA)]], {}, "is given back in time"),
        ([[BOOKED], [replace(EXCUSED, reason="")]], {}, "is excused for a reason"),
        ([[BOOKED], [replace(EXCUSED, by=ADA)]], {}, "is excused for a reason"),
        ([[BOOKED], [replace(EXCUSED, by=None)]], {}, "is excused for a reason"),
        ([[BOOKED], [replace(EXCUSED, at=SOME_DAY + HOUR)]], BEGUN, "is excused for a reason"),
        ([[BOOKED], [replace(EXCUSED, after="excused")]], {}, "is excused for a reason"),
        ([[BOOKED], [WAITS], [EXCUSED]], {}, "a seat is free and"),
        # Minimum and calling off
        ([[CONFIRMED]], {"minimum": 1, "decide_on": FRIDAY}, "has enough people"),
        (
            [[BOOKED], [replace(CONFIRMED, at=SOME_DAY)]],
            {"minimum": 1, "decide_on": FRIDAY},
            "waits for its day",
        ),
        ([[BOOKED], [CALLED_OFF]], {}, "leaves nobody behind"),
        (
            [[BOOKED], [WAITS], [CALLED_OFF, EXCUSED], [then(WAITS, "cancelled", by=BO)]],
            {},
            "comes before all is called off",
        ),
        ([[CALLED_OFF], [BOOKED]], {}, "comes while booking is open"),
        ([[BOOKED], [CALLED_OFF, EXCUSED], [about(seats=3)]], {}, "is about a date that takes"),
        ([[replace(CALLED_OFF, by=None)]], {}, "is somebody's with a reason"),
        ([[replace(CALLED_OFF, reason="")]], {}, "is somebody's with a reason"),
        ([[about(state="over", by=None)]], {}, "comes after the end"),
        (
            [[BOOKED], [WAITS], [about(state="over", by=None, at=SOME_DAY + DAY)]],
            BEGUN,
            "comes once nothing is open",
        ),
        # Moving
        ([[about(moved_to=SOME_DAY)]], {}, "is about a date to come"),
        (
            [[about(moved_to=FAR - 14 * DAY)]],
            {"closes_at": SOME_DAY + 7 * DAY},
            "closes nothing behind people's backs",
        ),
        (
            [*AN_OFFER, [about(moved_to=SOON - 50 * HOUR)]],
            NEAR,
            "lets no offer outlast the close",
        ),
        (
            [[about(moved_to=LATER)], [BOOKED], [about(2, moved_to=LATER)], [ELSEWHERE]],
            {},
            "is in one place at a time",
        ),
        (
            [
                [about(2, moved_to=LATER)],
                [BOOKED],
                [ELSEWHERE],
                [about(moved_to=LATER)],
                [then(ELSEWHERE, "cancelled", by=ADA)],
                [step(22, ADA, "booked", gathering=2)],
            ],
            {},
            "is in one place at a time",
        ),
        # Fewer seats
        ([[about(seats=0)], [BOOKED]], {}, "takes a seat"),
    ],
)
def test_promise_of_its_kind_is_seen_when_it_is_broken(acts, fields, promise):
    assert sees(replay(acts, **fields), promise)


@pytest.mark.parametrize(
    ("acts", "days", "fields", "promise"),
    [
        ([[ASKS]], 7, {"asks": True}, "waits for nothing any more"),
        (AN_OFFER, 1, NEAR, "waits for nothing any more"),
        ([[BOOKED], [WAITS]], 29, {}, "waits for nothing any more"),
        ([[BOOKED]], 5, {"minimum": 1, "decide_on": FRIDAY}, "is not certain"),
        ([[BOOKED]], 29, {}, "is not over"),
        (
            [[WAITS]],
            5,
            {"held": {SALES: 1}, "release_on": FRIDAY},
            f"a seat is free and person {BO} could",
        ),
    ],
)
def test_what_is_left_undone_is_seen_at_the_end(acts, days, fields, promise):
    at = SOME_DAY + timedelta(days=days)

    assert sees(left_over(acts, at, **fields), promise)
    assert not sees(left_over(acts, SOME_DAY + HOUR, **fields), promise)
