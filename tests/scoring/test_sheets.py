"""A wave's sheets as one table say what one would find by looking at each of them."""

import struct
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring import ITEMS, Ballots, Settings, sheets
from app.scoring.records import read_records
from app.scoring.settings import ITEMS_OF

PACKED = struct.Struct("<II12B")
TEAMS = st.sampled_from([1, 2, 70_000])
ROWS = st.lists(
    st.tuples(
        TEAMS,
        TEAMS,
        st.lists(st.integers(0, 5), min_size=10, max_size=10).map(tuple),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    max_size=30,
)


def pack(rows):
    return b"".join(PACKED.pack(src, tgt, *ticks, *rest) for src, tgt, ticks, *rest in rows)


def tells_enough(row):
    _source, _target, ticks, contact, _importance = row
    answered = sum(any(ticks[place] for place in items) for items in ITEMS_OF)
    return contact > 0 and answered >= 6


def as_stored(row, *, named=True):
    source, target, ticks, _contact, _importance = row
    ends = (source, target) if named else (None, None)
    return (*ends, "".join(map(str, ticks)))


@given(ROWS)
def test_a_tally_counts_each_pair(rows):
    by_pair = defaultdict(list)
    for row in rows:
        by_pair[row[:2]].append(row)

    found = sheets.tally(sheets.read(pack(rows)))

    expected = {}
    for pair, own in by_pair.items():
        scored = [row for row in own if tells_enough(row)]
        ticks = [row[4] for row in scored if row[4]]
        expected[pair] = sheets.Brought(
            returned=len(own),
            no_contact=sum(row[3] == 0 for row in own),
            answers=len(scored),
            importance=sum(ticks) / len(ticks) if ticks else None,
        )
    assert found == expected


@given(ROWS, st.sets(st.tuples(TEAMS, TEAMS)), st.sets(st.tuples(TEAMS, TEAMS)))
def test_what_is_kept_is_told_and_the_leftover_has_lost_its_teams(rows, published, others):
    leftover = others - published

    kept = sheets.kept(sheets.read(pack(rows)), published, leftover)

    expected = [
        as_stored(row, named=row[:2] in published)
        for row in rows
        if tells_enough(row) and row[:2] in published | leftover
    ]
    assert sorted(sheets.stored(kept), key=repr) == sorted(expected, key=repr)


@given(ROWS, st.randoms(use_true_random=False))
def test_nothing_is_left_of_the_order_in_which_boxes_lay(rows, random):
    other = random.sample(rows, len(rows))

    assert sheets.read(pack(rows)).tobytes() == sheets.read(pack(other)).tobytes()


@given(ROWS, st.randoms(use_true_random=False))
def test_rows_lie_in_the_order_of_their_keys_and_each_keeps_its_own(rows, random):
    table = sheets.read(pack(rows))
    drawn = random.randbytes(16 * len(rows))

    keys, ordered = sheets.under_keys(table, drawn)

    given_keys = [drawn[16 * place : 16 * place + 16] for place in range(len(rows))]
    expected = sorted(zip(given_keys, sheets.stored(table), strict=True), key=lambda one: one[0])
    assert list(zip(keys, sheets.stored(ordered), strict=True)) == expected


@pytest.mark.parametrize(
    ("row", "key"),
    [((1, 2, (3,) * 9 + (4,), 1, 3), bytes(16)), ((1, 2, (3,) * 10, 1, 3), b"k" * 16)],
)
def test_another_row_or_key_is_another_digest(row, key):
    same = (1, 2, (3,) * 10, 1, 3)

    digests = {
        sheets.digest([name], sheets.read(pack([one])))
        for one, name in ((same, bytes(16)), (row, key))
    }

    assert len(digests) == 2


@given(ROWS)
def test_every_kept_record_counts_for_the_score(rows):
    everywhere = {row[:2] for row in rows}
    kept = sheets.kept(sheets.read(pack(rows)), everywhere, set())

    ballots = Ballots((("a", "b"),), [0] * len(kept), kept["answers"].reshape(-1, len(ITEMS)))

    assert read_records(ballots, Settings()).counts.all()


@pytest.mark.parametrize(
    ("answered", "enough"),
    [
        (range(10), True),
        ((1, 2, 8, 9), False),
        ((0, 1, 3, 4, 5, 6), True),
        ((0, 1, 2, 3, 4, 5), False),
        ((), False),
    ],
)
def test_six_of_eight_dimensions_tell_enough(answered, enough):
    ticks = tuple(3 if place in answered else 0 for place in range(10))

    (brought,) = sheets.tally(sheets.read(pack([(1, 2, ticks, 1, 0)]))).values()

    assert brought.answers == enough
