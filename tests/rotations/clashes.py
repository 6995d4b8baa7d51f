"""A training on 11 March, the plan that lies over it, and what the planner says."""

from datetime import UTC, datetime

from app.planner import check, solve
from app.planner.instance import read_instance
from app.rotations.services.instances import export
from tests.agenda.makers import make_commitment
from tests.factories import NOW
from tests.rotations.planning import make_plan

TODAY = NOW.date()
MARCH_11 = datetime(2027, 3, 11, 9, tzinfo=UTC)  # Thursday of the second week of block 0
HARD = {"hard": True, "title": "Conflict management"}


def unavailable(session, scene):
    """Who is unavailable when, by given name."""
    names = {f"p{person.id}": person.given_name for person in (scene.ada, scene.rosa, scene.bo)}
    asked_now = export(session, scene.round, today=TODAY)
    return {names[row["id"]]: row["unavailable"] for row in asked_now["employees"]}


def planned(session, scene):
    """Where the planner puts whom: (given name, title, start)."""
    instance = export(session, scene.round, today=TODAY)
    plan = solve(read_instance(instance), time_s=5)
    assert check(instance, plan.as_dict()).is_valid
    people = {f"p{one.id}": one.given_name for one in (scene.ada, scene.rosa, scene.bo)}
    places = {f"pl{one.id}": one.title for one in (scene.desk, scene.field, scene.studio)}
    return sorted(
        (people[stay.employee], places[stay.placement], stay.start) for stay in plan.assignments
    )


def clashing(session, scene):
    """Give a plan with Ada at the desk over her training, and Bo in the studio."""
    make_commitment(session, scene.ada, MARCH_11, **HARD)
    return make_plan(session, scene, [(scene.ada, scene.desk, 0), (scene.bo, scene.studio, 1)])
