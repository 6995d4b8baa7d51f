"""The panel beside the board: one person or one placement, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import plan_keys as keys
from app.domain.breach_words import Told, in_the_way, merged, relaxed
from app.domain.breaches import StayKey
from app.domain.standing import (
    OWN_STAYS,
    Option,
    candidates,
    cheapest,
    free_seats,
    wishes,
)
from app.rotations.models import PlanRule
from app.rotations.services.boards.rows import Drawing, StayBar
from app.rotations.services.boards.scene import Scene


@dataclass(frozen=True, slots=True)
class WishLine:
    """A wish and what became of it. `start` is the start it was judged at, or None."""

    placement_id: int
    placement: str
    host: str
    rank: int
    start: int | None
    is_held: bool
    is_free: bool
    obstacles: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PersonPanel:
    """Everything HR asks about one person. `takes` is the cheapest way to a place, if any."""

    person_id: int
    name: str
    team: str
    is_planned: bool
    waiting: int
    is_newcomer: bool
    bars: list[StayBar]
    wishes: list[WishLine]
    takes: tuple[Told, ...]
    takes_for: str
    rules: list[PlanRule]


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """Somebody who wished for a placement; `now_at` is what they would give up."""

    person_id: int
    person: str
    rank: int
    start: int | None
    is_free: bool
    now_at: str
    obstacles: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PlacementPanel:
    """Everything HR asks about one placement; `free` seats per block of its reach."""

    placement_id: int
    title: str
    host: str
    seats: int
    duration: int
    bars: list[StayBar]
    free: list[int]
    wished_by: int
    candidates: list[CandidateLine]


def person_panel(scene: Scene, person_id: int) -> PersonPanel | None:
    """The panel of a person on the board, or None for somebody who is not on it."""
    key, person = keys.person(person_id), scene.cast.people.get(person_id)
    stays = [stay for stay in scene.stays if stay.person == key]
    if person is None or (key not in scene.question.people and not stays):
        return None
    drawing = Drawing(scene)
    held = {stay.placement for stay in stays}
    options = wishes(scene.question, scene.crowd, key)
    facts = scene.question.people.get(key, {})
    best = None if held else cheapest(options)
    home = scene.question.home(key)
    team = scene.cast.teams.get(keys.number(home) if home else person.team_id or 0)
    return PersonPanel(
        person_id=person_id,
        name=person.name,
        team=team.name if team else "",
        is_planned=key in scene.question.people,
        waiting=int(facts.get("waiting") or 0),
        is_newcomer=bool(facts.get("never_rotated")),
        bars=[drawing.bar(stay) for stay in sorted(stays, key=lambda stay: stay.start)],
        wishes=[_wish_line(scene, option, option.placement in held) for option in options],
        takes=tuple(relaxed(b, scene.names) for b in merged(best.obstacles)) if best else (),
        takes_for=scene.names.placements[best.placement] if best else "",
        rules=[rule for rule in scene.rules if rule.person_id == person_id],
    )


def _wish_line(scene: Scene, option: Option, is_held: bool) -> WishLine:  # noqa: FBT001
    ident = keys.number(option.placement)
    row = scene.cast.placements[ident]
    return WishLine(
        placement_id=ident,
        placement=row.title,
        host=scene.cast.teams[row.host_id].name,
        rank=option.rank,
        start=option.start,
        is_held=is_held,
        is_free=option.is_free,
        obstacles=tuple(in_the_way(b, scene.names) for b in merged(option.obstacles)),
    )


def placement_panel(scene: Scene, placement_id: int) -> PlacementPanel | None:
    """The panel of a placement of this round, or None."""
    key, row = keys.placement(placement_id), scene.cast.placements.get(placement_id)
    if row is None or key not in scene.question.placements:
        return None
    drawing = Drawing(scene)
    stays = [stay for stay in scene.stays if stay.placement == key]
    found = candidates(scene.question, scene.crowd, key)
    return PlacementPanel(
        placement_id=placement_id,
        title=row.title,
        host=scene.cast.teams[row.host_id].name,
        seats=row.seats,
        duration=row.duration,
        bars=[drawing.bar(stay) for stay in sorted(stays, key=lambda stay: stay.start)],
        free=free_seats(scene.question, scene.crowd)[key],
        wished_by=sum(
            key in (person.get("preferences") or []) for person in scene.question.people.values()
        ),
        candidates=[_candidate_line(scene, option) for option in found],
    )


def _candidate_line(scene: Scene, option: Option) -> CandidateLine:
    held: list[StayKey] = [stay for stay in scene.stays if stay.person == option.person]
    obstacles = [b for b in merged(option.obstacles) if b.code not in OWN_STAYS]
    return CandidateLine(
        person_id=keys.number(option.person),
        person=scene.names.people.get(option.person, option.person),
        rank=option.rank,
        start=option.start,
        is_free=option.is_free,
        now_at=scene.names.placements.get(held[0].placement, "") if held else "",
        obstacles=tuple(in_the_way(b, scene.names) for b in obstacles),
    )


@dataclass(frozen=True, slots=True)
class UnplacedLine:
    """Somebody without a place: the dearest wish with what keeps it from them, and the way out."""

    person_id: int
    person: str
    waiting: int
    wish: str
    is_free: bool
    obstacles: tuple[Told, ...]
    takes: tuple[Told, ...]
    takes_for: str


def unplaced(scene: Scene) -> list[UnplacedLine]:
    """Everybody who takes part and has no stay, in the order of their names."""
    placed = {stay.person for stay in scene.stays}
    order = {keys.person(ident): number for number, ident in enumerate(scene.cast.people)}
    waiting = sorted(set(scene.question.people) - placed, key=lambda key: order.get(key, 0))
    return [_unplaced_line(scene, key) for key in waiting]


def _unplaced_line(scene: Scene, key: str) -> UnplacedLine:
    options = wishes(scene.question, scene.crowd, key)
    first = next((o for o in options if o.is_free), options[0] if options else None)
    best = cheapest(options)
    return UnplacedLine(
        person_id=keys.number(key),
        person=scene.names.people.get(key, key),
        waiting=int(scene.question.people[key].get("waiting") or 0),
        wish=scene.names.placements.get(first.placement, "") if first else "",
        is_free=first is not None and first.is_free,
        obstacles=tuple(in_the_way(b, scene.names) for b in merged(first.obstacles))
        if first
        else (),
        takes=tuple(relaxed(b, scene.names) for b in merged(best.obstacles)) if best else (),
        takes_for=scene.names.placements.get(best.placement, "") if best else "",
    )
