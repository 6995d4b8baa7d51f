"""What a table holds about people, said beside its columns.

From these lines the export of one's own data and the erasure of those who left are made, so a
table without one is refused: nothing about a person can be added and forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.comments import BLACK

__all__ = ["BLACK", "FRESH", "NOBODY", "Fate", "Personal", "StandIn"]

FRESH = object()  # a value of `instead`: something random, never seen before


class Fate(StrEnum):
    """What becomes of somebody's rows when the person is erased."""

    GOES = "goes"  # the rows are deleted
    NAMELESS = "nameless"  # they stay, for their counts, and are nobody's
    KEPT = "kept"  # they are never touched: only a key stands in them, and it leads nowhere


class StandIn(StrEnum):
    """The nobodies that rows pass to, one kind for each sort of record.

    A nobody of bookings is never one of rotations, so that what somebody did does not hang
    together any more once the name is gone.
    """

    ROTATIONS = "rotations"
    BOOKINGS = "bookings"
    TIMES = "times"
    RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What a table holds about people.

    `whose` is the column with the person whose rows these are. `part_of` leads to a row of
    another table instead, and these are that person's. `words` are free texts of or about that
    person: blacked out in rows that stay. `facts` are the other texts, `secrets` what nobody gets
    to read, not even the person. `others` are further columns that name people, each with the
    free texts which that one wrote; with those of `goes_with` the whole row goes. `instead` are
    values that rows take when they stay.
    """

    whose: str | None = None
    part_of: str | None = None
    fate: Fate = Fate.GOES
    stand_in: StandIn | None = None
    words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    goes_with: tuple[str, ...] = ()
    instead: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_somebodys(self) -> bool:
        """Whether rows of the table are a person's."""
        return self.whose is not None or self.part_of is not None

    @property
    def people(self) -> tuple[str, ...]:
        """Every column that names a person."""
        own = () if self.whose is None else (self.whose,)
        return (*own, *self.others, *self.goes_with)


NOBODY = Personal()
