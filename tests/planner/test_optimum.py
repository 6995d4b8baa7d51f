"""The solver against trying everything, and what must never lower or change the optimum."""

import copy
import random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app import planner
from tests.planner.makers import best_by_trying, solved, stays_of
from tests.planner.questions import questions

few = settings(
    max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
fewer = settings(few, max_examples=20)


@few
@given(questions())
def test_solver_finds_what_trying_everything_finds(document):
    plan = solved(document)

    best = best_by_trying(document)

    if best is None:
        assert plan.status == "INFEASIBLE"
    else:
        assert (plan.status, plan.score, plan.bound) == ("OPTIMAL", best, best)


@few
@given(questions())
def test_checker_finds_nothing_in_what_the_solver_made(document):
    plan = solved(document)
    assume(plan.status != "INFEASIBLE")

    result = planner.check(document, plan.as_dict())

    assert (result.violations, result.score) == ((), plan.score)


@fewer
@given(questions(), st.integers(0, 2), st.sampled_from(["capacity", "max_guests", "max_out"]))
def test_one_more_of_anything_never_lowers_the_optimum(document, which, limit):
    before = solved(document)
    assume(before.status == "OPTIMAL")
    wider = copy.deepcopy(document)
    owner = wider["placements" if limit == "capacity" else "teams"][which]
    owner[limit] = [value + 1 for value in owner[limit]]

    after = solved(wider)

    assert after.score >= before.score


@fewer
@given(questions(), st.integers(0, 2))
def test_a_wider_window_never_lowers_the_optimum(document, which):
    before = solved(document)
    assume(before.status == "OPTIMAL")
    wider = copy.deepcopy(document)
    wider["placements"][which]["starts"] = [0, 1, 2, 3]

    assert solved(wider).score >= before.score


@fewer
@given(questions())
def test_lifting_a_ban_never_lowers_the_optimum(document):
    before = solved(document)
    assume(before.status == "OPTIMAL" and document["forbids"])

    assert solved({**document, "forbids": []}).score >= before.score


@fewer
@given(questions(), st.randoms(use_true_random=False))
def test_new_names_and_another_order_change_no_score(document, chance):
    before = solved(document)

    after = solved(renamed(document, chance))

    assert (after.status, after.score, after.bound) == (before.status, before.score, before.bound)


def renamed(document, chance: random.Random):
    """The same question with every id replaced and every list in another order."""
    new = copy.deepcopy(document)
    for table in ("teams", "placements", "employees"):
        for row in new[table]:
            row["id"] = f"{table}-{row['id']}"
    for row in new["employees"]:
        row["team"] = f"teams-{row['team']}"
        row["preferences"] = [f"placements-{ident}" for ident in row["preferences"]]
    for row in new["placements"]:
        row["host"] = f"teams-{row['host']}"
    for row in new["pairs"]:
        row["home"], row["host"] = f"teams-{row['home']}", f"teams-{row['host']}"
    tables = {"employee": "employees", "placement": "placements", "host": "teams"}
    for row in [*new["pins"], *new["forbids"], *(new["published"] or [])]:
        named = [key for key in tables if row.get(key) is not None]
        row |= {key: f"{tables[key]}-{row[key]}" for key in named}
    for table in ("teams", "placements", "employees", "pairs", "pins", "forbids"):
        chance.shuffle(new[table])
    return new


@fewer
@given(questions())
def test_doubled_weights_double_score_and_bound(document):
    single = solved(document)
    assume(single.status == "OPTIMAL")
    weights = planner.Objective(**{**document["objective"], "rank_cost": (0,)}).as_dict()
    weights |= document["objective"] | {"debt_percent": 0}
    plain = solved({**document, "objective": weights})
    twice = {
        name: value if name in ("wait_max", "debt_percent") else _doubled(value)
        for name, value in weights.items()
    }

    double = solved({**document, "objective": twice})

    assert (double.score, double.bound) == (2 * plain.score, 2 * plain.bound)


def _doubled(weight):
    return [2 * value for value in weight] if isinstance(weight, list) else 2 * weight


@fewer
@given(questions(), st.integers(0, 3))
def test_same_seed_gives_the_same_plan(document, seed):
    assert stays_of(solved(document, seed=seed)) == stays_of(solved(document, seed=seed))


@fewer
@given(questions(), st.integers(0, 4))
def test_change_limit_is_obeyed_or_refused_with_the_least_number(document, most):
    assume(document["published"])
    free = solved(document)
    assume(free.status == "OPTIMAL")

    limited = solved(document, max_changes=most)

    if limited.status == "INFEASIBLE":
        assert "changes" in limited.notes["reason"]
        assert number_of_changes(document, free) > most
    else:
        assert number_of_changes(document, limited) <= most
        assert limited.score <= free.score


def number_of_changes(document, plan):
    planned = set(stays_of(plan))
    old = [(s["employee"], s["placement"], s["start"]) for s in document["published"]]
    return sum(stay not in planned for stay in old if stay[2] >= document["now"])
