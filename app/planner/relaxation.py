"""The cheapest change of limits that would place a person with nobody worse off."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.planner.check import check
from app.planner.instance import Employee, Instance, Stay, Team
from app.planner.reading import Ident
from app.planner.writing import document_of

Blocking = Mapping[str, Any]

RAISABLE = frozenset({"capacity", "max_guests", "max_out", "pair_max"})


def cheapest_relaxation(
    instance: Instance,
    stays: tuple[Stay, ...],
    person: Employee,
    options: list[dict[str, Any]],
) -> dict[str, Any] | None:
    """Fewest limits to raise by one, then fewest blocks, then the better wish; None if no way.

    What comes back has passed the independent checker with everybody else's stay unchanged.
    """
    for _cost, stay, blocked in sorted(_ways(person, options), key=lambda way: way[0]):
        changes = _changes(blocked)
        if _is_verified(instance, stays, stay, changes):
            return {
                "placement": stay.placement,
                "start": stay.start,
                "changes": changes,
                "verified": True,
            }
    return None


def _ways(
    person: Employee, options: list[dict[str, Any]]
) -> Iterator[tuple[tuple[int, int, int, int], Stay, list[Blocking]]]:
    """Every start that only raisable limits keep the person from, with its cost."""
    for number, option in enumerate(options):
        if option["static"]:
            continue
        for start in option["starts"]:
            blocked = start["blocked_by"]
            codes = {found["code"] for found in blocked}
            if start["static"] or not blocked or not codes <= RAISABLE:
                continue
            cost = (len(_owners(blocked)), len(blocked), number, start["start"])
            yield cost, Stay(person.id, option["placement"], start["start"]), blocked


def _owners(blocked: list[Blocking]) -> dict[tuple[str, Ident, Ident | None], list[int]]:
    """The blocks per limit: whose seats, guests or members away, or which pair."""
    owners: dict[tuple[str, Ident, Ident | None], list[int]] = defaultdict(list)
    for found in blocked:
        if found["code"] == "pair_max":
            owners["pair_max", found["home"], found["host"]] = []
        else:
            owner = found["placement"] if found["code"] == "capacity" else found["team"]
            owners[found["code"], owner, None].append(found["block"])
    return owners


def _changes(blocked: list[Blocking]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    for (code, owner, host), blocks in _owners(blocked).items():
        if code == "pair_max":
            changes.append({"code": code, "home": owner, "host": host, "by": 1})
        else:
            whose = "placement" if code == "capacity" else "team"
            changes.append({"code": code, whose: owner, "blocks": sorted(blocks), "by": 1})
    return changes


def _is_verified(
    instance: Instance, stays: tuple[Stay, ...], stay: Stay, changes: list[dict[str, Any]]
) -> bool:
    """Let the independent checker judge the plan with the stay added under raised limits.

    Only stays that share the host or the home team with the new one can be touched by it, so the
    question is cut down to those.
    """
    near = [other for other in stays if _is_near(instance, other, stay)]
    small = relaxed(_cut_down(instance, near, stay), changes)
    plan = {"assignments": [other.as_dict() for other in [*near, stay]]}
    return check(document_of(small), plan).is_valid


def _is_near(instance: Instance, other: Stay, stay: Stay) -> bool:
    host = instance.placement_at[stay.placement].host
    if instance.placement_at[other.placement].host == host:
        return True
    if other.employee not in instance.employee_at:
        return False
    home = instance.employee_at[stay.employee].team
    return instance.employee_at[other.employee].team == home


def _cut_down(instance: Instance, near: list[Stay], stay: Stay) -> Instance:
    kept = {stay.employee, *(other.employee for other in near)}
    places = {stay.placement, *(other.placement for other in near)}
    pins = [pin for pin in instance.pins if pin.employee in kept and pin.placement in places]
    published = [old for old in instance.published or () if old in near]
    home, host = (
        instance.employee_at[stay.employee].team,
        instance.placement_at[stay.placement].host,
    )
    return replace(
        instance,
        employees=tuple(instance.employee_at[e] for e in kept if e in instance.employee_at),
        placements=tuple(instance.placement_at[ident] for ident in places),
        pairs=tuple(
            replace(pair, hard_min=None)
            for pair in instance.pairs
            if (pair.home, pair.host) == (home, host)
        ),
        pins=tuple(pin for pin in pins if _holds(pin.employee, pin.placement, near)),
        published=tuple(published),
    )


def _holds(employee: Ident, placement: Ident, near: list[Stay]) -> bool:
    return any((stay.employee, stay.placement) == (employee, placement) for stay in near)


def relaxed(instance: Instance, changes: list[dict[str, Any]]) -> Instance:
    """The instance with the limits raised as a relaxation says."""
    for change in changes:
        instance = _raised(instance, change)
    return instance


def _raised(instance: Instance, change: dict[str, Any]) -> Instance:
    match change["code"]:
        case "capacity":
            places = tuple(
                replace(place, capacity=_plus(place.capacity, change))
                if place.id == change["placement"]
                else place
                for place in instance.placements
            )
            return replace(
                instance, placements=places, placement_at={place.id: place for place in places}
            )
        case "pair_max":
            return replace(
                instance,
                pairs=tuple(
                    replace(pair, hard_max=pair.hard_max + change["by"])
                    if pair.hard_max is not None
                    and (pair.home, pair.host) == (change["home"], change["host"])
                    else pair
                    for pair in instance.pairs
                ),
            )
        case _:
            teams = tuple(
                _raised_team(team, change) if team.id == change["team"] else team
                for team in instance.teams
            )
            return replace(instance, teams=teams, team_at={team.id: team for team in teams})


def _raised_team(team: Team, change: dict[str, Any]) -> Team:
    if change["code"] == "max_guests":
        return replace(team, max_guests=_plus(team.max_guests, change))
    return replace(team, max_out=_plus(team.max_out, change))


def _plus(limits: tuple[int, ...], change: dict[str, Any]) -> tuple[int, ...]:
    blocks = set(change["blocks"])
    return tuple(limit + change["by"] * (at in blocks) for at, limit in enumerate(limits))
