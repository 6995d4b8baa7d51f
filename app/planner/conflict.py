"""Why there is no plan: a minimal set of facts that cannot hold together, rotation-conflict/1.

The empty plan breaks nothing but pins, hard minimums and what began already, so only the stays
that serve those matter. Facts are left out one after the other; what must stay is the answer.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.planner.cells import Cells
from app.planner.columns import Rules, pair_counts
from app.planner.facts import Fact, static_facts
from app.planner.instance import Instance, Stay
from app.planner.reading import Ident

FORMAT = "rotation-conflict/1"
MOST_CONFLICTS = 20

Facts = frozenset[Fact]


def conflict(instance: Instance) -> dict[str, Any]:
    """The first conflict under `facts`, independent further ones under `further`.

    `feasible` is true, and nothing is named, where the instance has a plan.
    """
    question = Question(instance)
    conflicts: list[list[Fact]] = []
    demands = question.demands()
    while len(conflicts) < MOST_CONFLICTS and not question.can_hold(demands | question.limits):
        found = question.minimal(demands)
        conflicts.append(sorted(found, key=_in_order))
        demands -= found
    named = [[fact.as_dict() for fact in facts] for facts in conflicts]
    return {
        "format": FORMAT,
        "feasible": not named,
        "facts": named[0] if named else [],
        "further": named[1:],
    }


def _in_order(fact: Fact) -> tuple[int, str]:
    kinds = ("pin", "pair_min", "started")
    return kinds.index(fact.kind) if fact.kind in kinds else len(kinds), str(fact)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stay that would serve a demand, and the facts that each forbid it."""

    stay: Stay
    against: Facts
    cells: frozenset[int]


class Question:
    """Which sets of facts can hold together in one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = Rules(instance)
        self.cells = Cells(instance)
        self.limits: Facts = frozenset()
        self._candidates: dict[Fact, list[_Candidate]] = {}
        self._begun = {
            Fact("started", (s.employee, s.placement, s.start)): s for s in instance.started
        }
        self._cell_of: dict[Fact, int] = {}
        for demand in self.demands():
            self._candidates[demand] = [self._candidate(stay) for stay in self._serving(demand)]
        self.limits = self._all_limits()

    def demands(self) -> Facts:
        """Pins and hard minimums that started stays do not fulfil already."""
        begun = {(stay.employee, stay.placement): stay.start for stay in self.instance.started}
        counts = pair_counts(self.instance, self.instance.started)
        pins = [
            Fact("pin", (index, pin.employee, pin.placement, pin.start))
            for index, pin in enumerate(self.instance.pins)
            if (pin.employee, pin.placement) not in begun
            or pin.start not in (None, begun[pin.employee, pin.placement])
        ]
        minimums = [
            Fact("pair_min", (pair.home, pair.host, pair.hard_min))
            for pair in self.instance.pairs
            if pair.hard_min is not None and pair.hard_min > counts[pair.home, pair.host]
        ]
        return frozenset([*pins, *minimums])

    def _serving(self, demand: Fact) -> Iterator[Stay]:
        if demand.kind == "pin":
            _index, person, placement, start = demand.about
            starts = self.instance.placement_at[placement].starts if start is None else (start,)
            yield from (Stay(person, placement, at) for at in starts)
            return
        home, host, _limit = demand.about
        for employee in self.instance.employees:
            for ident in self.rules.options(employee) if employee.team == home else ():
                place = self.instance.placement_at[ident]
                if place.host == host:
                    yield from (Stay(employee.id, ident, start) for start in place.starts)

    def _candidate(self, stay: Stay) -> _Candidate:
        against = static_facts(self.rules, stay)
        return _Candidate(stay, against, frozenset(self.cells.of(stay)))

    def _all_limits(self) -> Facts:
        """Every fact but the demands that could matter to any candidate."""
        facts: set[Fact] = set(self._begun)
        people: set[Ident] = set()
        for candidate in self._every_candidate():
            facts |= candidate.against
            people.add(candidate.stay.employee)
            for cell in candidate.cells:
                facts.add(self._cell_fact(cell))
        for ident in people:
            person = self.instance.employee_at[ident]
            facts.add(Fact("max_rotations", (ident, person.max_rotations)))
        if self.instance.min_gap:
            facts.add(Fact("min_gap", (self.instance.min_gap,)))
        for pair in self.instance.pairs:
            if pair.hard_max is not None:
                facts.add(Fact("pair_max", (pair.home, pair.host, pair.hard_max)))
        return frozenset(facts)

    def _every_candidate(self) -> Iterator[_Candidate]:
        return (one for several in self._candidates.values() for one in several)

    def _cell_fact(self, cell: int) -> Fact:
        name = self.cells.name(cell)
        fact = Fact(name.kind, (name.owner, name.block, self.cells.limits[cell]))
        self._cell_of[fact] = cell
        return fact

    def minimal(self, demands: Facts) -> Facts:
        """An irreducible conflict: without any one of its facts the others can hold."""
        needed = _shrink(
            sorted(demands, key=_in_order), lambda kept: not self.can_hold(kept | self.limits)
        )
        concerned = self._concerned(needed)
        limits = _shrink(
            sorted(self.limits & concerned, key=_in_order),
            lambda kept: not self.can_hold(kept | needed),
        )
        return needed | limits

    def _concerned(self, demands: Facts) -> Facts:
        """The limits that touch a candidate of these demands."""
        facts: set[Fact] = set()
        for demand in demands:
            for candidate in self._candidates[demand]:
                facts |= candidate.against
                facts |= {self._cell_fact(cell) for cell in candidate.cells}
        kinds = {"max_rotations", "min_gap", "pair_max", "started"}
        return frozenset(facts | {fact for fact in self.limits if fact.kind in kinds})

    def can_hold(self, facts: Facts) -> bool:
        """Whether a plan exists that respects these facts and need not respect others."""
        from app.planner.feasibility import Trial  # noqa: PLC0415 - loads numpy and the solver

        wanted = [fact for fact in facts if fact in self._candidates]
        candidates = {
            one.stay: one
            for demand in wanted
            for one in self._candidates[demand]
            if not one.against & facts
        }
        begun = [stay for fact, stay in self._begun.items() if fact in facts]
        gap = self.instance.min_gap if Fact("min_gap", (self.instance.min_gap,)) in facts else 0
        trial = Trial(self.instance, list(candidates), begun, gap)
        for demand in wanted:
            trial.require(
                {one.stay for one in self._candidates[demand]}, _least(self, demand, begun)
            )
        for cell, limit, used in self._cells_in(facts, begun):
            inside = [one.stay for one in candidates.values() if cell in one.cells]
            trial.limit(inside, max(0, limit - used))
        self._person_limits(trial, facts, begun)
        self._pair_limits(trial, facts, begun)
        return trial.is_possible()

    def _cells_in(self, facts: Facts, begun: list[Stay]) -> Iterator[tuple[int, int, int]]:
        used: dict[int, int] = defaultdict(int)
        for stay in begun:
            for cell in self.cells.of(stay):
                used[cell] += 1
        for fact in facts:
            if fact in self._cell_of:
                cell = self._cell_of[fact]
                yield cell, self.cells.limits[cell], used[cell]

    def _person_limits(self, trial: "Any", facts: Facts, begun: list[Stay]) -> None:
        for fact in facts:
            if fact.kind == "max_rotations":
                person, most = fact.about
                taken = sum(stay.employee == person for stay in begun)
                trial.limit_where(lambda stay, who=person: stay.employee == who, most - taken)

    def _pair_limits(self, trial: "Any", facts: Facts, begun: list[Stay]) -> None:
        counts = pair_counts(self.instance, tuple(begun))
        for fact in facts:
            if fact.kind == "pair_max":
                home, host, most = fact.about
                trial.limit_where(
                    lambda stay, key=(home, host): self._pair(stay) == key,
                    most - counts[home, host],
                )

    def _pair(self, stay: Stay) -> tuple[Ident, Ident]:
        instance = self.instance
        return instance.employee_at[stay.employee].team, instance.placement_at[stay.placement].host


def _least(question: Question, demand: Fact, begun: list[Stay]) -> int:
    """How many new stays a demand asks for, given what has begun."""
    if demand.kind == "pin":
        return 1
    home, host, least = demand.about
    counts = pair_counts(question.instance, tuple(begun))
    return int(least) - counts[home, host]


def _shrink(facts: Iterable[Fact], is_conflict: Callable[[Facts], bool]) -> Facts:
    """Leave out as many facts as possible, in halving portions first, then one by one."""
    kept = list(facts)
    size = max(1, math.ceil(len(kept) / 2))
    while kept:
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if is_conflict(frozenset(rest)):
                kept = rest
            else:
                at += size
        if size == 1:
            break
        size = math.ceil(size / 2)
    return frozenset(kept)
