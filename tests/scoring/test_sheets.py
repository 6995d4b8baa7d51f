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


def as_stored(row):
    source, target, ticks, _contact, _importance = row
    return (source, target, "".join(map(str, ticks)))


@given(ROWS, st.integers(1, 5))
def test_a_tally_counts_each_pair(rows, least):
    by_pair = defaultdict(list)
    for row in rows:
        by_pair[row[:2]].append(row)

    found = sheets.tally(sheets.read(pack(rows)), least)

    expected = {}
    for pair, own in by_pair.items():
        scored = [row for row in own if tells_enough(row)]
        ticks = [row[4] for row in scored if row[4]]
        expected[pair] = sheets.Brought(
            returned=len(own),
            no_contact=sum(row[3] == 0 for row in own),
            answers=len(scored),
            importance=sum(ticks) / len(ticks) if len(ticks) >= least else None,
        )
    assert found == expected


def ticked(importances):
    """A pair's sheets that differ in importance alone, 0 for not ticked."""
    return [(1, 2, (3,) * 10, 1, importance) for importance in importances]


@pytest.mark.parametrize(
    ("importances", "expected"),
    [([5, 0, 0, 0, 0, 0], None), ([5, 5, 5, 5, 0, 0], None), ([1, 5, 5, 5, 5, 0], 4.2)],
)
def test_importance_rests_on_five_ticks(importances, expected):
    (brought,) = sheets.tally(sheets.read(pack(ticked(importances))), 5).values()

    assert (brought.answers, brought.importance) == (6, expected)


def test_with_a_floor_of_one_a_single_tick_would_be_told():
    (brought,) = sheets.tally(sheets.read(pack(ticked([2, 0, 0, 0, 0, 0]))), 1).values()

    assert brought.importance == 2


@given(st.lists(st.integers(0, 5), min_size=5, max_size=12), st.randoms(use_true_random=False))
def test_exchanging_what_people_of_a_pair_said_changes_nothing_of_its_importance(said, random):
    """Whole sheets change hands inside the block; fewer than five ticks tell nothing at all."""
    changed = random.sample(said, len(said))

    one, two = (
        sheets.tally(sheets.read(pack(ticked(those))), 5)[1, 2].importance
        for those in (said, changed)
    )

    assert one == two
    assert (one is None) == (sum(tick > 0 for tick in said) < 5)


@given(ROWS, st.sets(st.tuples(TEAMS, TEAMS)))
def test_only_what_is_published_is_kept(rows, published):
    kept = sheets.kept(sheets.read(pack(rows)), published)

    expected = [as_stored(row) for row in rows if tells_enough(row) and row[:2] in published]
    assert sorted(zip(*sheets.stored(kept), strict=True)) == sorted(expected)


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
    expected = sorted(zip(given_keys, *sheets.stored(table), strict=True), key=lambda one: one[0])
    assert list(zip(keys, *sheets.stored(ordered), strict=True)) == expected


def test_a_key_keeps_the_zeros_at_its_end():
    ending = bytes(15) + b"k", b"k" + bytes(15)
    table = sheets.read(pack([(1, 2, (3,) * 10, 1, 3)] * 2))

    keys, _ordered = sheets.under_keys(table, b"".join(ending))

    assert keys == list(ending)


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
    kept = sheets.kept(sheets.read(pack(rows)), everywhere)

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

    (brought,) = sheets.tally(sheets.read(pack([(1, 2, ticks, 1, 0)])), 5).values()

    assert brought.answers == enough
