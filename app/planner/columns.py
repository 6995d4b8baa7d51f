"""Every stay that the rules on one person and one placement allow, with its points.

The model of the planner has one yes-or-no column per such stay, so it is as large as the wishes
allow and not employees times placements times blocks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from app.planner.instance import Employee, Instance, Placement, Stay
from app.planner.reading import Ident


@dataclass(frozen=True, slots=True)
class Columns:
    """Parallel lists: person, placement (indexes into the instance), start and points.

    `constant` are the points of the plan that changes nothing but loses every published stay;
    `kept[j]` says that column j is a published stay.
    """

    person: list[int]
    placement: list[int]
    start: list[int]
    points: list[int]
    kept: list[bool]
    constant: int

    def __len__(self) -> int:
        return len(self.person)


class Rules:
    """The rules that concern one person and one placement, indexed for fast answers."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.started: dict[Ident, list[Stay]] = defaultdict(list)
        for stay in instance.started:
            self.started[stay.employee].append(stay)
        self.published: dict[Ident, list[Stay]] = defaultdict(list)
        for stay in instance.to_come:
            self.published[stay.employee].append(stay)
        self._pinned: dict[Ident, list[Ident]] = defaultdict(list)
        for pin in instance.pins:
            self._pinned[pin.employee].append(pin.placement)
        self._forbids: dict[tuple[Ident | None, ...], list[int]] = defaultdict(list)
        for index, forbid in enumerate(instance.forbids):
            self._forbids[forbid.employee, forbid.placement, forbid.host].append(index)

    def options(self, person: Employee) -> list[Ident]:
        """Every placement the person wished or is pinned to, wishes first and best first."""
        pinned = dict.fromkeys(self._pinned.get(person.id, ()))
        return list(dict.fromkeys([*person.preferences, *pinned]))

    def forbids_at(self, person: Employee, placement: Placement) -> list[int]:
        """The indexes of all forbids that speak against the two."""
        if not self._forbids:
            return []
        questions = product((person.id, None), (placement.id, None), (placement.host, None))
        return [index for asked in questions for index in self._forbids.get(asked, ())]

    def is_published(self, stay: Stay) -> bool:
        """Whether the plan in force holds exactly this stay and it has not begun."""
        return stay in self.published.get(stay.employee, ())

    def placement_reasons(self, person: Employee, placement: Placement) -> list[str]:
        """Why this person can never have this placement, whatever the start (H2)."""
        reasons = ["own_team"] if placement.host == person.team else []
        missing = placement.required_skills - person.skills
        reasons += [f"skill:{skill}" for skill in sorted(missing, key=str)]
        if not site_fits(person, placement):
            reasons.append("site")
        if self.forbids_at(person, placement):
            reasons.append("forbid")
        return reasons

    def start_reasons(self, person: Employee, placement: Placement, start: int) -> list[str]:
        """Why this person cannot begin there in block `start` (H3, H4)."""
        instance = self.instance
        end = start + placement.duration
        reasons = ["start"] if end > instance.blocks or start < instance.now else []
        if start < person.earliest_start and not self.is_published(
            Stay(person.id, placement.id, start)
        ):
            reasons.append("notice")
        away = [block for block in person.unavailable if start <= block < end]
        return reasons + [f"unavailable:{block}" for block in sorted(away)]

    def allowed_stays(self, person: Employee) -> Iterator[Stay]:
        """The stays of one person that no static rule and no started stay of theirs forbids."""
        started = self.started.get(person.id, ())
        if len(started) >= person.max_rotations:
            return
        for ident in self.options(person):
            placement = self.instance.placement_at[ident]
            if self.placement_reasons(person, placement):
                continue
            for start in placement.starts:
                if self.start_reasons(person, placement, start):
                    continue
                stay = Stay(person.id, ident, start)
                if not any(stays_clash(self.instance, stay, other) for other in started):
                    yield stay


def site_fits(person: Employee, placement: Placement) -> bool:
    """Same site, or the person travels, or both can do it remotely."""
    return (
        placement.site == person.site or person.mobile or (placement.remote_ok and person.remote_ok)
    )


def stays_clash(instance: Instance, one: Stay, other: Stay) -> bool:
    """Whether one person cannot have both (H1): the same placement, overlap or too small a gap."""
    return stays_overlap(instance, one, other, instance.min_gap)


def stays_overlap(instance: Instance, one: Stay, other: Stay, gap: int) -> bool:
    """The same placement, or fewer than `gap` blocks between the two."""
    if one.placement == other.placement:
        return True
    first, second = sorted((one, other), key=lambda stay: stay.start)
    end = first.start + instance.placement_at[first.placement].duration
    return second.start < end + gap


def stay_points(instance: Instance, person: Employee, placement: Placement, start: int) -> int:
    """The points of one stay by itself."""
    weights = instance.objective
    points = weights.place + weights.wait_bonus * min(person.waiting, weights.wait_max)
    if person.never_rotated:
        points += weights.never_bonus
    if placement.id in person.preferences:
        position = person.preferences.index(placement.id)
        points -= weights.rank_points(position, person.rank_debt)
    else:
        points -= weights.unlisted_cost
    if person.same_site_wish and placement.site != person.site and not placement.remote_ok:
        points -= weights.site_cost
    return points - weights.delay_cost * max(0, start - person.earliest_start)


def change_points(instance: Instance, published: list[Stay], person: Employee, stay: Stay) -> int:
    """What a stay gives back of the cost of losing the person's published stays."""
    weights = instance.objective
    back = 0
    for old in published:
        if old.placement == stay.placement:
            back += weights.removed_cost - (weights.moved_cost if old.start != stay.start else 0)
        elif person.max_rotations == 1:
            back += weights.removed_cost - weights.switched_cost
    return back


def build_columns(instance: Instance, rules: Rules) -> Columns:
    """Every stay that survives the rules on one person alone (H2, H3, H4, and H1 with started)."""
    columns = Columns([], [], [], [], [], -instance.objective.removed_cost * len(instance.to_come))
    place_index = {placement.id: index for index, placement in enumerate(instance.placements)}
    for index, person in enumerate(instance.employees):
        published = rules.published.get(person.id, [])
        for stay in rules.allowed_stays(person):
            placement = instance.placement_at[stay.placement]
            points = stay_points(instance, person, placement, stay.start)
            columns.person.append(index)
            columns.placement.append(place_index[stay.placement])
            columns.start.append(stay.start)
            columns.points.append(points + change_points(instance, published, person, stay))
            columns.kept.append(stay in published)
    return columns


def pair_counts(instance: Instance, stays: tuple[Stay, ...]) -> dict[tuple[Ident, Ident], int]:
    """How many of `stays` lead from which home team to which host; who left counts nowhere."""
    counts: dict[tuple[Ident, Ident], int] = defaultdict(int)
    for stay in stays:
        if stay.employee in instance.employee_at:
            home = instance.employee_at[stay.employee].team
            counts[home, instance.placement_at[stay.placement].host] += 1
    return counts
