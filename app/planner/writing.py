"""Write an instance back into its file format."""

from dataclasses import asdict
from typing import Any

from app.planner.instance import FORMAT, Employee, Instance, Placement, Team


def document_of(instance: Instance) -> dict[str, Any]:
    """The instance as a rotation-instance/1 document; reading it gives the same instance."""
    return {
        "format": FORMAT,
        "name": instance.name,
        "seed": instance.seed,
        "blocks": instance.blocks,
        "block_unit": instance.block_unit,
        "now": instance.now,
        "min_gap": instance.min_gap,
        "teams": [_team(team) for team in instance.teams],
        "employees": [_employee(person) for person in instance.employees],
        "placements": [_placement(place) for place in instance.placements],
        "pairs": [asdict(pair) for pair in instance.pairs],
        "pins": [asdict(pin) for pin in instance.pins],
        "forbids": [asdict(forbid) for forbid in instance.forbids],
        "published": None
        if instance.published is None
        else [stay.as_dict() for stay in instance.published],
        "objective": instance.objective.as_dict(),
    }


def _team(team: Team) -> dict[str, Any]:
    return {**asdict(team), "max_out": list(team.max_out), "max_guests": list(team.max_guests)}


def _employee(person: Employee) -> dict[str, Any]:
    return {
        **asdict(person),
        "skills": sorted(person.skills, key=str),
        "unavailable": sorted(person.unavailable),
        "preferences": list(person.preferences),
    }


def _placement(place: Placement) -> dict[str, Any]:
    return {
        **asdict(place),
        "starts": list(place.starts),
        "capacity": list(place.capacity),
        "required_skills": sorted(place.required_skills, key=str),
    }
