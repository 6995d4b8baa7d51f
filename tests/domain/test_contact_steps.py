"""Told contact grows by steps that nobody can take apart to fewer than five people."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.contact_steps import FEWEST, Step, Visit, step_of_meetings, step_of_visits

PEOPLE = st.integers(1, 8)
VISITS = st.lists(
    st.builds(Visit, PEOPLE, st.integers(1, 6), st.just(1), st.integers(1, 90)), max_size=9
)
TEAMS = (1, 2, 3)
MEETINGS = st.lists(
    st.tuples(*(st.integers(0, 7) for _team in TEAMS)), min_size=1, max_size=4
)  # how many of each team were in each meeting


def test_four_people_are_not_told_and_the_fifth_brings_all_of_them():
    four = [Visit(person, person, 1, 10) for person in range(4)]

    assert step_of_visits(four) is None
    assert step_of_visits([*four, Visit(4, 3, 1, 5)]) == Step(times=4, people=5, days=45)


def test_one_person_five_times_is_one_person():
    assert step_of_visits([Visit(1, source, 1, 10) for source in range(5)]) is None


def test_meetings_are_counted_and_days_come_in_whole_teams():
    meeting = [Visit(person, 1, 1, 1) for person in range(6)]
    meeting += [Visit(person, 1, 2, 1) for person in range(10, 14)]

    assert step_of_meetings(meeting) == Step(times=1, people=6, days=6)
    assert step_of_meetings(meeting[:4] + meeting[6:]) == Step(times=1, people=0, days=0)
    assert step_of_meetings([]) is None


@given(st.lists(VISITS, max_size=12))
def test_any_two_sums_ever_shown_differ_by_nothing_or_by_five_people(quarters):
    """Lives through quarters as the job does, and subtracts every state from every later one."""
    states: list[list[Visit]] = [[]]  # the visits behind what was shown after each quarter
    waiting: list[Visit] = []
    shown = 0
    for number, quarter in enumerate(quarters):
        waiting += [
            Visit(one.person, one.source + 100 * number, one.team, one.days) for one in quarter
        ]
        step = step_of_visits(waiting)
        if step is None:
            states.append(states[-1])
            continue
        shown += step.days
        states.append([*states[-1], *waiting])
        waiting = []

    assert shown == sum(one.days for one in states[-1])
    for earlier, later in combinations(states, 2):
        people = {one.person for one in later[len(earlier) :]}
        assert later[: len(earlier)] == earlier
        assert not people or len(people) >= FEWEST


@given(MEETINGS)
def test_sums_of_several_pairs_are_made_of_whole_blocks_of_five(meetings):
    """Every sum of a pair is a sum of blocks, so what is added and subtracted stays one."""
    blocks = {
        (source, team): [
            Visit(1000 * source + 100 * team + person, source, team, 1) for person in range(size)
        ]
        for source, sizes in enumerate(meetings)
        for team, size in zip(TEAMS, sizes, strict=True)
    }
    large = {key: len(block) for key, block in blocks.items() if len(block) >= FEWEST}

    for pair in combinations(TEAMS, 2):
        step = step_of_meetings(
            [visit for (_source, team), block in blocks.items() if team in pair for visit in block]
        )
        told = step.days if step else 0
        assert told == sum(size for (_source, team), size in large.items() if team in pair)
