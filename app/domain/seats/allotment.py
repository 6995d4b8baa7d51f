"""Whose a free seat is: held for a department, or promised to who waits since an earlier date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one gathering at one moment, in whole seats.

    `held` is department id -> seats kept for it, empty from the release date on; `used` is
    department id -> seats it has taken, asked for where something is held. `promised` counts the
    people who keep a rank from an earlier date and have not asked for a seat here yet, while seats
    are kept for them.
    """

    capacity: int
    taken: int
    held: Mapping[int, int] = field(default_factory=dict)
    used: Mapping[int, int] = field(default_factory=dict)
    promised: int = 0

    @property
    def free(self) -> int:
        """Seats nobody has taken, whoever they are for."""
        return max(0, self.capacity - self.taken)

    def free_for(self, department_id: int | None, *, keeps_rank: bool = False) -> int:
        """Seats that somebody of this department can have: all but those kept for others.

        What is promised to people who keep a rank is kept from everybody else.
        """
        kept = sum(
            max(0, seats - self.used.get(department, 0))
            for department, seats in self.held.items()
            if department != department_id
        )
        promised = 0 if keeps_rank else self.promised
        return max(0, self.free - kept - promised)

    def with_one_more(self, department_id: int | None) -> Seats:
        """The seats once somebody of this department has taken one."""
        used = dict(self.used)
        if department_id is not None:
            used[department_id] = used.get(department_id, 0) + 1
        return replace(self, taken=self.taken + 1, used=used)


@dataclass(frozen=True, slots=True)
class Capacity:
    """`seats` there are now, `wanted` by HR; they differ while more are taken than wanted."""

    seats: int
    wanted: int


def with_wanted(wanted: int, *, taken: int) -> Capacity:
    """Another number of seats: nobody is thrown out, the rest goes as seats come free."""
    return Capacity(seats=max(wanted, taken), wanted=wanted)
