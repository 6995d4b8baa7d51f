"""The shared cells of an instance and what may still go into each of them.

A cell is a placement, a host team or a home team in one block. They are numbered in this order,
block by block, so that the cells of one stay are three runs of numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.planner.instance import Instance, Stay
from app.planner.reading import Ident

SEAT, GUEST, AWAY = "capacity", "max_guests", "max_out"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its kind (`capacity`, `max_guests`, `max_out`), whose it is and the block."""

    kind: str
    owner: Ident
    block: int

    def as_dict(self) -> dict[str, object]:
        """The cell as it stands in explanations."""
        owner = "placement" if self.kind == SEAT else "team"
        return {"code": self.kind, owner: self.owner, "block": self.block}


class Cells:
    """Numbers the cells and knows what started stays leave free in them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.blocks = instance.blocks
        self.place_index = {place.id: at for at, place in enumerate(instance.placements)}
        self.team_index = {team.id: at for at, team in enumerate(instance.teams)}
        self.guests_from = len(instance.placements) * self.blocks
        self.away_from = self.guests_from + len(instance.teams) * self.blocks
        self.limits = self._limits()
        self.free = list(self.limits)
        for stay in instance.started:
            for cell in self.of(stay):
                self.free[cell] -= 1

    def _limits(self) -> list[int]:
        limits: list[int] = []
        for place in self.instance.placements:
            limits += place.capacity
        for team in self.instance.teams:
            limits += team.max_guests
        for team in self.instance.teams:
            limits += team.max_out
        return limits

    def of(self, stay: Stay) -> Iterator[int]:
        """The numbers of all cells a stay takes; a person who left takes none at home."""
        place = self.instance.placement_at[stay.placement]
        end = min(stay.start + place.duration, self.blocks)
        firsts = [
            self.place_index[place.id] * self.blocks,
            self.guests_from + self.team_index[place.host] * self.blocks,
        ]
        if stay.employee in self.instance.employee_at:
            home = self.instance.employee_at[stay.employee].team
            firsts.append(self.away_from + self.team_index[home] * self.blocks)
        for first in firsts:
            yield from range(first + stay.start, first + end)

    def name(self, number: int) -> Cell:
        """The cell with this number."""
        owner, block = divmod(number, self.blocks)
        if number < self.guests_from:
            return Cell(SEAT, self.instance.placements[owner].id, block)
        teams, first = self.instance.teams, self.guests_from // self.blocks
        if number < self.away_from:
            return Cell(GUEST, teams[owner - first].id, block)
        return Cell(AWAY, teams[owner - first - len(teams)].id, block)
