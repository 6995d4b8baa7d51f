"""The weights of a plan: what each good and each harm counts, in points."""

from dataclasses import dataclass, replace
from typing import Self

from app.planner.reading import Node

LARGEST_WEIGHT = 10_000_000  # points; sums of ten thousand such stay exact


@dataclass(frozen=True, slots=True)
class Objective:
    """Whole points; every `_cost` is taken away. `debt_percent` is in per cent."""

    place: int = 1000
    wait_bonus: int = 60
    wait_max: int = 5
    never_bonus: int = 200
    rank_cost: tuple[int, ...] = (0, 20, 80, 180, 320)
    unlisted_cost: int = 500
    site_cost: int = 30
    delay_cost: int = 2
    second_cost: int = 800
    pair_cost: int = 50
    debt_percent: int = 50
    debt_cap: int = 700
    removed_cost: int = 100_000
    switched_cost: int = 40_000
    moved_cost: int = 20_000

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read the weights; what is absent gets its default, except that no debt counts.

        `debt_percent` was added to the format later: a file without it knows no rank debt.
        """
        if node.value is None:
            return cls(debt_percent=0)
        standard = cls()
        weights = {
            name: node.child(name).whole_or(getattr(standard, name), 0, LARGEST_WEIGHT)
            for name in cls.__dataclass_fields__
            if name not in ("rank_cost", "debt_percent")
        }
        return cls(
            rank_cost=_rank_costs(node.child("rank_cost")) or standard.rank_cost,
            debt_percent=node.child("debt_percent").whole_or(0, 0, LARGEST_WEIGHT),
            **weights,
        )

    def rank_points(self, position: int, rank_debt: int) -> int:
        """What the wish at `position` (0 = first) costs a person with `rank_debt` bad choices."""
        cost = self.rank_cost[min(position, len(self.rank_cost) - 1)]
        raised = cost * (100 + self.debt_percent * rank_debt) // 100
        return min(raised, max(cost, self.debt_cap))

    def balanced(self) -> "Objective":
        """The same weights with changes that may be traded for real gains."""
        return replace(self, removed_cost=1000, switched_cost=400, moved_cost=200)

    def as_dict(self) -> dict[str, object]:
        """The weights as they stand in an instance file."""
        weights: dict[str, object] = {
            name: getattr(self, name) for name in self.__dataclass_fields__
        }
        return {**weights, "rank_cost": list(self.rank_cost)}


def _rank_costs(node: Node) -> tuple[int, ...]:
    if node.value is None:
        return ()
    costs = tuple(item.whole(0, LARGEST_WEIGHT) for item in node.items())
    if not costs:
        node.fail("names no cost")
    return costs
