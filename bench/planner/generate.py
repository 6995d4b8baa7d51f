"""Seeded, believable planning questions of any size.

Team sizes are lognormal around 12, the popularity of placements is lognormal (sigma 0.85, as in
real choices of places: the top tenth draws about a quarter of the first wishes), 2 to 5 wishes
each, 4 to 9 skills, 1 to 3 months of notice, peaks in which teams let nobody go, a third never
rotated, needs from 1 to 5 with few high, 15 per cent of the hosts closed for a while.

    python -m bench.planner.generate 200x60x12 --seed 7 > instance.json
"""

# ruff: noqa: PLR2004 - the numbers are the shares and sizes that the text above describes

import argparse
import json
import random
import sys
from typing import Any

from app.planner.objective import Objective

Document = dict[str, Any]

SITES = ("Hamburg", "Köln", "Leipzig", "München", "Wien", "Zürich")
FUNCTIONS = ("Marketing", "Sales", "Service", "Product", "Finance", "Operations")
SKILLS = tuple(f"skill-{number:02}" for number in range(1, 25))
TEAM_SIZE = 12
POPULARITY_SPREAD = 0.85
MONTHS_PER_YEAR = 12


def instance(employees: int, placements: int, blocks: int, *, seed: int = 1) -> Document:
    """One instance document; the same arguments give the same document."""
    chance = random.Random(f"{employees}x{placements}x{blocks}/{seed}")
    teams = _teams(chance, employees, blocks)
    places = _placements(chance, placements, blocks, teams)
    return {
        "format": "rotation-instance/1",
        "name": f"generated {employees}x{placements}x{blocks}",
        "seed": seed,
        "blocks": blocks,
        "block_unit": "month" if blocks <= MONTHS_PER_YEAR else "fortnight",
        "now": 0,
        "min_gap": 1,
        "teams": teams,
        "placements": places,
        "employees": _employees(chance, employees, blocks, (teams, places)),
        "pairs": _pairs(chance, teams),
        "pins": [],
        "forbids": [],
        "published": None,
        "objective": Objective().as_dict(),
    }


def _teams(chance: random.Random, employees: int, blocks: int) -> list[Document]:
    teams: list[Document] = []
    seats = 0
    while seats < employees:
        size = max(3, min(60, round(chance.lognormvariate(2.48, 0.45))))
        size = min(size, employees - seats) if employees - seats >= 1 else size
        seats += size
        away = max(1, round(size * chance.uniform(0.12, 0.25)))
        guests = chance.choice((1, 2, 2, 3, 3, 4))
        peak = chance.randrange(blocks)
        length = max(1, blocks // 12)
        busy = range(peak, min(blocks, peak + length)) if chance.random() < 0.6 else range(0)
        closed = _closed(chance, blocks)
        teams.append(
            {
                "id": f"T{len(teams) + 1:03}",
                "function": chance.choice(FUNCTIONS),
                "site": chance.choices(SITES, (30, 20, 15, 15, 10, 10))[0],
                "headcount": size,
                "max_out": [
                    0 if block in busy else max(0, away - (chance.random() < 0.15))
                    for block in range(blocks)
                ],
                "max_guests": [0 if block in closed else guests for block in range(blocks)],
            }
        )
    return teams


def _closed(chance: random.Random, blocks: int) -> range:
    if chance.random() >= 0.15:
        return range(0)
    first = chance.randrange(blocks)
    return range(first, min(blocks, first + max(1, blocks // 6)))


def _placements(
    chance: random.Random, placements: int, blocks: int, teams: list[Document]
) -> list[Document]:
    found = []
    per_month = max(1, round(blocks / MONTHS_PER_YEAR))
    for number in range(placements):
        host = chance.choice(teams)
        duration = per_month * chance.choice((1, 2, 2, 3, 3, 4))
        first = chance.randrange(max(1, blocks // 2))
        width = chance.choice((3, 4, 6, 8)) * per_month
        seats = chance.choice((1, 1, 2, 2, 3))
        found.append(
            {
                "id": f"P{number + 1:04}",
                "host": host["id"],
                "role": f"{host['function']} {chance.choice(('desk', 'project', 'field', 'data'))}",
                "site": host["site"],
                "remote_ok": chance.random() < 0.3,
                "duration": duration,
                "starts": list(range(first, min(first + width, blocks - duration + 1))),
                "capacity": [seats] * blocks,
                "required_skills": chance.sample(SKILLS, chance.choice((0, 0, 1, 1, 2))),
            }
        )
    return found


def _employees(
    chance: random.Random,
    employees: int,
    blocks: int,
    offered: tuple[list[Document], list[Document]],
) -> list[Document]:
    teams, places = offered
    popular = [chance.lognormvariate(0, POPULARITY_SPREAD) for _ in places]
    homes = [team for team in teams for _ in range(team["headcount"])]
    return [
        _employee(chance, number, blocks, (homes[number], places, popular))
        for number in range(employees)
    ]


def _employee(
    chance: random.Random,
    number: int,
    blocks: int,
    offered: tuple[Document, list[Document], list[float]],
) -> Document:
    home, places, popular = offered
    per_month = max(1, round(blocks / MONTHS_PER_YEAR))
    never = chance.random() < 1 / 3
    person: Document = {
        "id": f"E{number + 1:05}",
        "team": home["id"],
        "site": home["site"],
        "remote_ok": chance.random() < 0.4,
        "mobile": chance.random() < 0.55,
        "skills": chance.sample(SKILLS, chance.randint(4, 9)),
        "unavailable": _absence(chance, blocks),
        "earliest_start": chance.randint(1, 3) * per_month,
        "max_rotations": 2 if chance.random() < 0.1 else 1,
        "waiting": min(5, int(chance.expovariate(0.9))),
        "never_rotated": never,
        "rank_debt": 0 if never else chance.choice((0, 0, 0, 1, 1, 2)),
        "same_site_wish": chance.random() < 0.25,
    }
    person["preferences"] = _wishes(chance, person, places, popular)
    return person


def _absence(chance: random.Random, blocks: int) -> list[int]:
    if chance.random() < 0.7:
        return []
    first = chance.randrange(blocks)
    return list(range(first, min(blocks, first + max(1, blocks // 12))))


def _wishes(
    chance: random.Random, person: Document, places: list[Document], popular: list[float]
) -> list[str]:
    """2 to 5 wishes; people mostly look before they wish, so nine in ten fit them."""
    wanted = chance.randint(2, 5)
    found: list[str] = []
    for place in chance.choices(places, popular, k=60):
        if len(found) == wanted:
            break
        if place["id"] not in found and (_fits(person, place) or chance.random() < 0.02):
            found.append(place["id"])
    return found


def _fits(person: Document, place: Document) -> bool:
    near = place["site"] == person["site"] or person["mobile"]
    remote = place["remote_ok"] and person["remote_ok"]
    skilled = set(place["required_skills"]) <= set(person["skills"])
    return place["host"] != person["team"] and skilled and (near or remote)


def _pairs(chance: random.Random, teams: list[Document]) -> list[Document]:
    wanted = min(2 * len(teams), len(teams) * (len(teams) - 1))
    found: dict[tuple[str, str], Document] = {}
    while len(found) < wanted:
        home, host = chance.sample(teams, 2)
        found[home["id"], host["id"]] = {
            "home": home["id"],
            "host": host["id"],
            "need": chance.choices((1, 2, 3, 4, 5), (40, 30, 15, 10, 5))[0],
            "target": chance.choice((1, 1, 1, 2)),
            "hard_min": None,
            "hard_max": chance.choice((None, None, None, 3)),
        }
    return list(found.values())


def main() -> None:
    """Write one instance to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("size", help="employees x placements x blocks, such as 200x60x12")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    employees, placements, blocks = (int(part) for part in asked.size.split("x"))
    json.dump(instance(employees, placements, blocks, seed=asked.seed), sys.stdout)


if __name__ == "__main__":
    main()
