"""Facts of an instance that can stand against each other, each with a name and words."""

from dataclasses import dataclass
from typing import Any

from app.planner.columns import Rules, site_fits
from app.planner.instance import Employee, Placement, Stay


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its kind, whom and what it concerns (in the order of `names`), and words."""

    kind: str
    about: tuple[Any, ...]

    def as_dict(self) -> dict[str, object]:
        """The fact as it stands in rotation-conflict/1."""
        named = dict(zip(NAMES[self.kind], self.about, strict=True))
        shown = {name: "any" if value is None else value for name, value in named.items()}
        return {"kind": self.kind, **named, "words": WORDS[self.kind].format(**shown)}


NAMES: dict[str, tuple[str, ...]] = {
    "pin": ("index", "employee", "placement", "start"),
    "pair_min": ("home", "host", "limit"),
    "pair_max": ("home", "host", "limit"),
    "started": ("employee", "placement", "start"),
    "capacity": ("placement", "block", "limit"),
    "max_guests": ("team", "block", "limit"),
    "max_out": ("team", "block", "limit"),
    "max_rotations": ("employee", "limit"),
    "min_gap": ("limit",),
    "unavailable": ("employee", "block"),
    "notice": ("employee", "block"),
    "forbid": ("index",),
    "own_team": ("employee", "team"),
    "skill": ("employee", "skill"),
    "site": ("employee", "placement"),
    "not_offered": ("placement", "start"),
    "horizon": ("blocks",),
    "past": ("block",),
}

WORDS: dict[str, str] = {
    "pin": "{employee} is pinned to {placement} (start {start})",
    "pair_min": "at least {limit} stays must lead from {home} to {host}",
    "pair_max": "at most {limit} stays may lead from {home} to {host}",
    "started": "{employee} is at {placement} since block {start}",
    "capacity": "{placement} has {limit} seats in block {block}",
    "max_guests": "team {team} takes {limit} guests in block {block}",
    "max_out": "team {team} can spare {limit} members in block {block}",
    "max_rotations": "{employee} may have {limit} stays",
    "min_gap": "{limit} blocks must pass between two stays of one person",
    "unavailable": "{employee} is unavailable in block {block}",
    "notice": "{employee} may begin from block {block} on",
    "forbid": "forbids[{index}] forbids it",
    "own_team": "{employee} is a member of the host team {team}",
    "skill": "{employee} lacks the required skill {skill}",
    "site": "the site of {placement} does not fit {employee}",
    "not_offered": "{placement} does not begin in block {start}",
    "horizon": "the plan ends after {blocks} blocks",
    "past": "blocks before {block} are past",
}


def static_facts(rules: Rules, stay: Stay) -> frozenset[Fact]:
    """The facts about one person and one placement that each forbid this stay."""
    instance = rules.instance
    person, place = instance.employee_at[stay.employee], instance.placement_at[stay.placement]
    return frozenset(
        [*_facts_of_placement(rules, person, place), *_facts_of_start(rules, person, stay)]
    )


def _facts_of_placement(rules: Rules, person: Employee, place: Placement) -> list[Fact]:
    found = [Fact("skill", (person.id, skill)) for skill in place.required_skills - person.skills]
    if place.host == person.team:
        found.append(Fact("own_team", (person.id, place.host)))
    if not site_fits(person, place):
        found.append(Fact("site", (person.id, place.id)))
    found += [Fact("forbid", (index,)) for index in rules.forbids_at(person, place)]
    return found


def _facts_of_start(rules: Rules, person: Employee, stay: Stay) -> list[Fact]:
    instance = rules.instance
    place = instance.placement_at[stay.placement]
    end = stay.start + place.duration
    found = [
        Fact("unavailable", (person.id, block))
        for block in person.unavailable
        if stay.start <= block < end
    ]
    if stay.start not in place.starts:
        found.append(Fact("not_offered", (place.id, stay.start)))
    if end > instance.blocks:
        found.append(Fact("horizon", (instance.blocks,)))
    if stay.start < instance.now:
        found.append(Fact("past", (instance.now,)))
    if stay.start < person.earliest_start and not rules.is_published(stay):
        found.append(Fact("notice", (person.id, person.earliest_start)))
    return found
