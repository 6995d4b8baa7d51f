"""The release plan: what is published, what is refused, and that no combination says more."""

from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.disclosure import (
    Count,
    Limits,
    Reason,
    Refused,
    Shown,
    Turnout,
    band_of,
    band_only,
    distinct_persons,
    may_show_dimensions,
    n_range,
    release_plan,
    response_step,
    rounded,
    shown,
)
from tests.scoring.makers import Crowd, crowd

OFFICE = {"a": "north", "b": "north", "c": "south"}


def groups_of(plan) -> list[str]:
    return [group.name for group in plan.groups]


def test_pair_is_published_from_five_records_on():
    plan = release_plan([Count("a", "b", 5, 9), Count("b", "a", 4, 9)], {"a": "", "b": ""})

    assert plan.published == (("a", "b"),)
    assert groups_of(plan) == ["company", "in|b", "out|a", "pair|a|b"]
    assert plan.refused == (
        Refused("in|a", Reason.NOTHING_INSIDE),
        Refused("out|b", Reason.NOTHING_INSIDE),
        Refused("pair|b|a", Reason.FEW_ANSWERS),
    )
    assert (plan.leftover, plan.leftover_used) == ((Count("b", "a", 4, 9),), False)


def test_pair_without_a_record_is_refused_like_one_with_few():
    asked = [Count("a", "b", 5, 9), Count("a", "c", 0, 4)]
    silent = release_plan([*asked, Count("b", "a", 0, 9)], {"a": "", "b": ""})
    few = release_plan([*asked, Count("b", "a", 4, 9)], {"a": "", "b": ""})

    assert silent.refused == few.refused
    assert silent.dropped == few.dropped == (("a", "c"),)
    assert silent.leftover == ()


def test_records_about_a_team_below_five_members_are_in_no_figure():
    plan = release_plan([Count("a", "b", 9, 4), Count("b", "a", 5, 9)], {"a": "x", "b": "x"})

    assert plan.dropped == (("a", "b"),)
    assert plan.blocks == ((Count("b", "a", 5, 9),),)
    assert "pair|a|b" not in [refused.name for refused in plan.refused]


def test_leftover_of_five_persons_is_a_block_of_the_company_only():
    counts = [Count("a", "c", 5, 9), Count("a", "b", 4, 9), Count("b", "c", 1, 9)]
    plan = release_plan(counts, OFFICE)

    assert plan.leftover_used
    by_name = {group.name: group.blocks for group in plan.groups}
    assert by_name == {
        "company": (0, 1),
        "dept_in|south": (0,),
        "dept_out|north": (0,),
        "in|c": (0,),
        "out|a": (0,),
        "pair|a|c": (0,),
    }


def test_leftover_of_the_same_four_people_stays_out_of_every_figure():
    counts = [Count("a", "c", 5, 9), Count("b", "a", 4, 9), Count("b", "c", 4, 9)]
    plan = release_plan(counts, OFFICE)

    assert not plan.leftover_used
    assert [group.blocks for group in plan.groups if group.name == "company"] == [(0,)]


def test_company_without_any_published_pair_publishes_nothing():
    plan = release_plan([], OFFICE)

    assert (plan.published, plan.groups, plan.blocks) == ((), (), ())
    assert {refused.reason for refused in plan.refused} == {Reason.NOTHING_INSIDE}
    assert plan.refused[0].name == "company"


def test_attribute_is_refused_where_it_tells_too_few_apart():
    few = [Count("a", "b", 6, 9, "new"), Count("a", "b", 4, 9, "old")]
    enough = [Count("a", "b", 6, 9, "new"), Count("a", "b", 5, 9, "old")]
    departments = {"a": "", "b": ""}

    refused = release_plan(few, departments)
    assert "attribute|new" not in groups_of(refused)
    assert Refused("attribute|new", Reason.FEW_APART) in refused.refused
    allowed = release_plan(enough, departments)
    assert {"attribute|new", "attribute|old"} <= set(groups_of(allowed))
    assert {group.name: group.blocks for group in allowed.groups}["pair|a|b"] == (0, 1)


def test_distinct_persons_counts_a_team_once_however_many_it_rates():
    atoms = [Count("a", "b", 4, 9), Count("a", "c", 3, 9), Count("b", "c", 2, 9)]

    assert distinct_persons(atoms) == 6


def test_plan_does_not_depend_on_the_order_of_counts():
    counts = crowd(7).counts()

    there = release_plan(counts, crowd(7).departments)
    back = release_plan(counts[::-1], crowd(7).departments)
    assert (there, there.digest()) == (back, back.digest())


def test_digest_changes_with_a_single_count():
    one = release_plan([Count("a", "b", 5, 9)], {})
    other = release_plan([Count("a", "b", 6, 9)], {})

    assert one.digest() != other.digest()
    assert len(one.digest()) == 64


@pytest.mark.parametrize("limits", [(3, 5), (16, 5), (5, 3), (5, 16)])
def test_limits_outside_four_to_fifteen_are_refused(limits):
    with pytest.raises(ValueError, match="between 4 and 15"):
        Limits(*limits)


@pytest.mark.parametrize(
    "counts", [[Count("a", "b", 5, 9), Count("a", "b", 6, 9)], [Count("a", "b", -1, 9)]]
)
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match=r"counted twice|negative"):
        release_plan(counts, {})


@pytest.mark.parametrize(
    ("mean", "low", "high", "n", "expected"),
    [
        (63.1, 54.2, 71.9, 5, Shown(65, 50, 75, 5)),
        (63.1, 54.2, 71.9, 10, Shown(64, 54, 72, 2)),
        (63.1, 54.2, 71.9, 20, Shown(63, 54, 72, 1)),
        (62.5, 60.0, 65.0, 8, Shown(60, 55, 65, 5)),
        (75.0, 75.0, 75.0, 8, Shown(75, 70, 80, 5)),
        (75.0, 75.0, 75.0, 25, Shown(75, 74, 76, 1)),
        (100.0, 96.0, 100.0, 8, Shown(90, 85, 95, 5)),
        (0.0, 0.0, 3.0, 8, Shown(10, 5, 15, 5)),
        (99.0, 97.0, 100.0, 12, Shown(95, 92, 98, 2)),
        (1.0, 0.0, 2.0, 30, Shown(5, 4, 6, 1)),
    ],
)
def test_figures_are_shown_coarser_the_fewer_answered(mean, low, high, n, expected):
    assert shown(mean, low, high, n) == expected


def cut(mean, half):
    """An interval as the engine makes it: cut at both ends of the scale."""
    return mean, max(0.0, mean - half), min(100.0, mean + half)


@pytest.mark.parametrize("means", [(90.0, 95.0, 100.0), (0.0, 5.0, 10.0)])
def test_what_clipping_hides_the_interval_hides_as_well(means):
    found = {shown(*cut(mean, 9.0), 6) for mean in means}

    assert found in ({Shown(90, 80, 100, 5)}, {Shown(10, 0, 20, 5)})


def test_ends_of_the_exact_interval_would_tell_what_clipping_hides():
    found = [rounded(*cut(mean, 9.0), 6) for mean in (90.0, 95.0, 100.0)]

    assert found == [Shown(90, 80, 100, 5), Shown(90, 85, 100, 5), Shown(90, 90, 100, 5)]


@given(
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0, 60),
    st.sampled_from([5, 9, 10, 19, 20, 80]),
)
def test_means_beyond_the_edges_are_shown_as_the_edge(one, other, half, n):
    edge = 10 if n < 10 else 5
    here, there = (shown(*cut(mean, half), n) for mean in (one, other))

    if min(one, other) >= 100 - edge or max(one, other) <= edge:
        assert here == there
    assert 0 <= here.low <= here.mean - here.grid
    assert here.mean + here.grid <= here.high <= 100


@pytest.mark.parametrize(
    ("n", "k", "expected"),
    [(5, 5, "5–9"), (9, 7, "7–9"), (10, 5, "10–19"), (12, 12, "12–19"), (20, 5, "20+")],
)
def test_numbers_of_answers_are_shown_as_ranges(n, k, expected):
    assert n_range(n, k) == expected


@pytest.mark.parametrize(
    ("returned", "members", "expected"),
    [(9, 9, None), (5, 10, 50), (13, 14, 90), (14, 14, 100), (15, 14, 100), (0, 10, 0)],
)
def test_response_is_shown_in_tenths_from_ten_members_on(returned, members, expected):
    assert response_step(returned, members) == expected


def test_dimensions_come_from_ten():
    assert [may_show_dimensions(n) for n in (9, 10)] == [False, True]


@pytest.mark.parametrize(
    ("moved", "now", "before", "expected"),
    [
        (1, Turnout(6, 6, 6), Turnout(5, 5, 5), True),
        (4, Turnout(9, 9, 9), Turnout(5, 5, 5), True),
        (0, Turnout(5, 5, 5), Turnout(5, 5, 5), False),
        (5, Turnout(10, 10, 10), Turnout(5, 5, 5), False),
        (1, Turnout(6, 6, 7), Turnout(5, 5, 5), False),
        (1, Turnout(15, 15, 15), Turnout(16, 16, 16), False),
    ],
)
def test_newcomer_cannot_be_computed_from_two_means(moved, now, before, expected):
    assert band_only(now, before, moved) is expected


@pytest.mark.parametrize(
    ("mean", "expected"), [(0.0, (0, 15)), (59.9, (45, 60)), (60.0, (60, 75)), (100.0, (90, 100))]
)
def test_bands_are_fifteen_points_wide(mean, expected):
    assert band_of(mean) == expected


# The attack: anybody who sees everything may add and subtract published sums as they please.

Row = dict[int, Fraction]


def reduced(rows: Iterable[Iterable[int]]) -> list[Row]:
    """The reduced echelon form of 0/1 rows, exactly; each row as its columns with values."""
    found: dict[int, Row] = {}
    for columns in rows:
        row = dict.fromkeys(columns, Fraction(1))
        for pivot in sorted(set(row) & found.keys()):
            _subtract(row, found[pivot], row[pivot])
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        row = {column: value / scale for column, value in row.items()}
        for other in found.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        found[pivot] = row
    return list(found.values())


def _subtract(row: Row, other: Row, times: Fraction) -> None:
    for column, value in other.items():
        left = row.get(column, Fraction(0)) - times * value
        if left:
            row[column] = left
        else:
            row.pop(column, None)


def smallest_set(people: Crowd, published: Iterable[Iterable[tuple[str, str, str]]]) -> int:
    """The fewest persons that a basis of all combinations of published sums speaks about."""
    atoms = sorted(people.behind)
    rows = reduced([[atoms.index(atom) for atom in group] for group in published])
    return min((_persons(people, atoms, row) for row in rows), default=10**9)


def _persons(people: Crowd, atoms: list[tuple[str, str, str]], row: Row) -> int:
    return len(set().union(*(people.behind[atoms[column]] for column in row)))


def planned(people: Crowd) -> list[list[tuple[str, str, str]]]:
    plan = release_plan(people.counts(), people.departments)
    return [
        [
            (atom.src, atom.tgt, atom.attribute)
            for block in group.blocks
            for atom in plan.blocks[block]
        ]
        for group in plan.groups
    ]


@pytest.mark.parametrize("values", [("",), ("new", "old")])
def test_no_combination_of_published_groups_is_about_fewer_than_five(values):
    smallest = []
    for seed in range(200):
        people = crowd(seed, values)
        atoms = sorted(people.behind)
        rows = reduced([[atoms.index(atom) for atom in group] for group in planned(people)])
        for row in rows:
            # All of one weight and apart from each other, so no sum of rows is about fewer people.
            assert set(row.values()) == {Fraction(1)}
        columns = [column for row in rows for column in row]
        assert len(columns) == len(set(columns))
        smallest += [_persons(people, atoms, row) for row in rows]

    assert min(smallest) == 5
    assert len(smallest) > 1000


def test_minimum_of_five_with_free_filters_gives_people_away():
    leaks = 0
    for seed in range(200):
        people = crowd(seed)
        atoms = list(people.behind)
        filters = [[atom] for atom in atoms]
        for place in (0, 1):
            filters += [[atom for atom in atoms if atom[place] == team] for team in people.sizes]
        filters.append(atoms)
        free = [chosen for chosen in filters if len(_behind(people, chosen)) >= 5]
        leaks += smallest_set(people, free) < 5

    assert leaks > 100


def _behind(people: Crowd, atoms: Iterable[tuple[str, str, str]]) -> set[tuple[str, int]]:
    return set().union(*(people.behind[atom] for atom in atoms))


def test_plan_without_the_leftover_rule_gives_people_away():
    leaks, without_leak = 0, 0
    for seed in range(200):
        people = crowd(seed)
        kept = [atom for atom in people.behind if people.sizes[atom[1]] >= 5]
        leaks += smallest_set(people, [*planned(people), kept]) < 5
        without_leak += smallest_set(people, planned(people)) >= 5

    assert (leaks > 20, without_leak) == (True, 200)


@pytest.mark.parametrize("open_pairs", [[Count("a", "b", 12, 9)], []])
def test_what_may_be_shown_of_a_plan_tells_no_hidden_count(open_pairs):
    def plan(*hidden):
        asked = zip((("b", "a"), ("c", "a"), ("c", "d")), hidden, (9, 9, 4), strict=True)
        return release_plan([*open_pairs, *(Count(*pair, n, size) for pair, n, size in asked)], {})

    plans = [plan(0, 0, 0), plan(3, 0, 4), plan(3, 3, 0), plan(0, 4, 4)]

    assert {found.leftover_used for found in plans} == {True, False}
    assert len({found.digest() for found in plans}) == 2  # a leftover that is used is a block
    assert len({found.told_digest() for found in plans}) == 1


def test_what_may_be_shown_of_a_plan_changes_with_what_it_tells():
    def plan(n, members=9):
        return release_plan([Count("a", "b", 12, 9), Count("b", "a", n, members)], {})

    assert len({found.told_digest() for found in (plan(4), plan(5), plan(4, members=4))}) == 3
