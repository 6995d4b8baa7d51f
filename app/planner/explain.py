"""Why each person is where they are, or nowhere: rotation-explain/1."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from app.planner.cells import Cells
from app.planner.columns import Rules, change_points, pair_counts, stay_points, stays_clash
from app.planner.fairness import fairness
from app.planner.instance import Employee, Instance, Placement, Stay
from app.planner.reading import Ident
from app.planner.relaxation import cheapest_relaxation

FORMAT = "rotation-explain/1"

Explained = dict[str, Any]


class Situation:
    """A plan with what it uses, against which single stays are judged."""

    def __init__(self, instance: Instance, stays: tuple[Stay, ...]) -> None:
        self.instance = instance
        self.rules = Rules(instance)
        self.cells = Cells(instance)
        self.stays = stays
        self.started = set(instance.started)
        self.of_person: dict[Ident, list[Stay]] = {}
        self.used: Counter[int] = Counter()
        for stay in stays:
            self.of_person.setdefault(stay.employee, []).append(stay)
            self.used.update(self.cells.of(stay))
        self.pairs = pair_counts(instance, stays)
        self.pair_at = {(pair.home, pair.host): pair for pair in instance.pairs}

    def fresh(self, person: Ident) -> list[Stay]:
        """The person's stays in this plan that have not begun."""
        return [stay for stay in self.of_person.get(person, []) if stay not in self.started]

    def blocking(self, stay: Stay, without: Stay | None) -> list[Explained]:
        """Everything in the plan that keeps this stay out, were `without` given up for it."""
        return [
            *self._full_cells(stay, without),
            *self._own_stays(stay, without),
            *self._full_pair(stay, without),
        ]

    def _full_cells(self, stay: Stay, without: Stay | None) -> Iterator[Explained]:
        given_up = set(self.cells.of(without)) if without else set()
        for cell in self.cells.of(stay):
            if self.used[cell] - (cell in given_up) >= self.cells.limits[cell]:
                yield self.cells.name(cell).as_dict()

    def _own_stays(self, stay: Stay, without: Stay | None) -> Iterator[Explained]:
        mine = [other for other in self.of_person.get(stay.employee, []) if other != without]
        most = self.instance.employee_at[stay.employee].max_rotations
        if len(mine) >= most:
            yield {"code": "max_rotations", "limit": most}
        for other in mine:
            if stays_clash(self.instance, stay, other):
                yield {"code": "overlap", "placement": other.placement, "start": other.start}

    def _full_pair(self, stay: Stay, without: Stay | None) -> Iterator[Explained]:
        key = self.pair_of(stay)
        pair = self.pair_at.get(key)
        if pair is None or pair.hard_max is None:
            return
        given_up = without is not None and self.pair_of(without) == key
        if self.pairs[key] - given_up >= pair.hard_max:
            yield {"code": "pair_max", "home": key[0], "host": key[1], "limit": pair.hard_max}

    def pair_of(self, stay: Stay) -> tuple[Ident, Ident]:
        """Home team and host team of a stay."""
        instance = self.instance
        return instance.employee_at[stay.employee].team, instance.placement_at[stay.placement].host

    def gain(self, stay: Stay, without: Stay | None) -> int:
        """The points won by this stay, in place of `without` if that is given."""
        gained = self.worth(stay) - (self.worth(without) if without else 0)
        if without is None and self.fresh(stay.employee):
            gained -= self.instance.objective.second_cost
        counts = Counter({self.pair_of(stay): 1})
        if without is not None:
            counts[self.pair_of(without)] -= 1
        return gained + sum(self._pair_gain(key, by) for key, by in counts.items())

    def worth(self, stay: Stay) -> int:
        """The points of one stay by itself, with what it saves of lost published ones."""
        instance = self.instance
        person, place = instance.employee_at[stay.employee], instance.placement_at[stay.placement]
        published = self.rules.published.get(person.id, [])
        return stay_points(instance, person, place, stay.start) + change_points(
            instance, published, person, stay
        )

    def _pair_gain(self, key: tuple[Ident, Ident], by: int) -> int:
        pair = self.pair_at.get(key)
        if pair is None or by == 0:
            return 0
        before = max(0, pair.target - self.pairs[key])
        after = max(0, pair.target - self.pairs[key] - by)
        return self.instance.objective.pair_cost * pair.need * (before - after)


def explain(
    instance: Instance, stays: tuple[Stay, ...], *, employee: Ident | None = None
) -> Explained:
    """Reasons for everybody, or for one person only. Raises KeyError for an unknown person."""
    situation = Situation(instance, stays)
    people = instance.employees if employee is None else (instance.employee_at[employee],)
    unplaced = [person for person in people if not situation.of_person.get(person.id)]
    placed = [person for person in people if situation.of_person.get(person.id)]
    return {
        "format": FORMAT,
        "unplaced": [_unplaced(situation, person) for person in unplaced],
        "placed": [_placed(situation, person) for person in placed],
        "fairness": fairness(instance, stays),
    }


def _unplaced(situation: Situation, person: Employee) -> Explained:
    options = [_option(situation, person, ident, None) for ident in situation.rules.options(person)]
    return {
        "employee": person.id,
        "options": options,
        "relaxation": cheapest_relaxation(situation.instance, situation.stays, person, options),
    }


def _placed(situation: Situation, person: Employee) -> Explained:
    return {
        "employee": person.id,
        "stays": [_stay(situation, person, stay) for stay in situation.of_person[person.id]],
    }


def _stay(situation: Situation, person: Employee, stay: Stay) -> Explained:
    shown: Explained = {
        "placement": stay.placement,
        "start": stay.start,
        "position": position_of(person, stay.placement),
    }
    if stay in situation.started:
        return {**shown, "started": True, "better": []}
    position = shown["position"]
    better = person.preferences[:position] if position is not None else person.preferences
    others = {other.placement for other in situation.of_person[person.id] if other != stay}
    return {
        **shown,
        "started": False,
        "points": situation.worth(stay),
        "better": [
            _option(situation, person, ident, stay) for ident in better if ident not in others
        ],
    }


def position_of(person: Employee, placement: Ident) -> int | None:
    """The place of a placement among the person's wishes (0 = best), None where not wished."""
    wishes = person.preferences
    return wishes.index(placement) if placement in wishes else None


def _option(
    situation: Situation, person: Employee, ident: Ident, without: Stay | None
) -> Explained:
    """One wish with what speaks against it, start by start."""
    placement = situation.instance.placement_at[ident]
    return {
        "placement": ident,
        "position": position_of(person, ident),
        "static": situation.rules.placement_reasons(person, placement),
        "starts": [
            _start(situation, person, placement, (start, without)) for start in placement.starts
        ],
    }


def _start(
    situation: Situation,
    person: Employee,
    placement: Placement,
    asked: tuple[int, Stay | None],
) -> Mapping[str, object]:
    start, without = asked
    stay = Stay(person.id, placement.id, start)
    static = situation.rules.start_reasons(person, placement, start)
    blocked = situation.blocking(stay, without)
    found: Explained = {"start": start, "static": static, "blocked_by": blocked}
    if not blocked and not static:
        gain = situation.gain(stay, without)
        found["points"] = gain
        found["because"] = "no_gain" if gain <= 0 else "improvable"
    return found
