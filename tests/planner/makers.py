"""Small instances for the planner's tests, and the best plan found by trying everything."""

import itertools
import json
import os
from pathlib import Path

from app import planner

BLOCKS = 4


def make_team(ident, *, out=2, guests=2, blocks=BLOCKS, **more):
    return {
        "id": ident,
        "function": "Sales",
        "site": "Köln",
        "headcount": 5,
        "max_out": [out] * blocks,
        "max_guests": [guests] * blocks,
        **more,
    }


def make_person(ident, team, wishes=(), **more):
    return {"id": ident, "team": team, "site": "Köln", "preferences": list(wishes), **more}


def make_placement(ident, host, *, seats=1, duration=1, starts=(0, 1, 2), blocks=BLOCKS, **more):
    return {
        "id": ident,
        "host": host,
        "site": "Köln",
        "duration": duration,
        "starts": list(starts),
        "capacity": [seats] * blocks,
        **more,
    }


def make_instance(**more):
    """Ada and Bo of team Rhine both wish the one seat that team Elbe offers."""
    document = {
        "format": "rotation-instance/1",
        "blocks": BLOCKS,
        "teams": [make_team("Rhine"), make_team("Elbe")],
        "placements": [make_placement("desk", "Elbe", starts=(1,))],
        "employees": [make_person("Ada", "Rhine", ["desk"]), make_person("Bo", "Rhine", ["desk"])],
        "objective": {},
    }
    return {**document, **more}


def read(document):
    return planner.load_instance(json.dumps(document))


def solved(document, **limits):
    return planner.solve(read(document), **{"time_s": 150, **limits})


def plan_of(*stays, **more):
    keys = ("employee", "placement", "start")
    rows = [dict(zip(keys, stay, strict=True)) for stay in stays]
    return {"format": "rotation-plan/1", "assignments": rows, "status": "FEASIBLE", **more}


def stays_of(plan):
    return [(stay.employee, stay.placement, stay.start) for stay in plan.assignments]


def codes(document, plan):
    return [found.code for found in planner.check(document, plan).violations]


def best_by_trying(document):
    """The highest score of all valid plans, None where there is none; judged by the checker."""
    begun = [
        (old["employee"], old["placement"], old["start"])
        for old in document.get("published") or []
        if old["start"] < document.get("now", 0)
    ]
    per_person = [_choices(document, person) for person in document["employees"]]
    best = None
    for choice in itertools.product(*per_person):
        stays = [*begun, *itertools.chain.from_iterable(choice)]
        result = planner.check(document, plan_of(*stays))
        if result.is_valid and (best is None or result.score > best):
            best = result.score
    return best


def _choices(document, person):
    """Every set of up to two stays of one person."""
    wished = list(person["preferences"])
    wished += [
        pin["placement"] for pin in document.get("pins", []) if pin["employee"] == person["id"]
    ]
    singles = [
        (person["id"], place["id"], start)
        for place in document["placements"]
        for start in place["starts"]
        if place["id"] in wished
    ]
    pairs = [pair for pair in itertools.combinations(singles, 2) if _is_possible(person, pair)]
    return [(), *((one,) for one in singles), *pairs]


def _is_possible(person, pair):
    most = person.get("max_rotations", 1)
    return most > 1 and pair[0][1] != pair[1][1]


def shared_data():
    """The folder of real wishes beside the repository, None where it is not there."""
    root = Path(__file__).parents[2]
    named = os.environ.get("TANDEM_SHARED_DATA")
    folder = Path(named) if named else root.parent / "shared" / "data"
    return folder if (folder / "rotations").is_dir() else None
