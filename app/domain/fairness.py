"""What earlier rounds owe people: how long they have waited and how often they got a bad choice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

BAD_RANK = 3


@dataclass(frozen=True, slots=True)
class History:
    """`waiting` rounds applied for in vain since the last stay; `rank_debt` bad choices got."""

    waiting: int = 0
    rank_debt: int = 0


def history_of(outcomes: Iterable[tuple[int, bool, int | None]]) -> defaultdict[int, History]:
    """Person → history, from (person, placed, rank of the choice met), oldest first.

    A place ends the waiting. A third or later choice, or a place outside the wishes (rank 0),
    adds to the debt; a first choice settles it.
    """
    found: defaultdict[int, History] = defaultdict(History)
    for person, placed, rank in outcomes:
        before = found[person]
        if not placed or rank is None:
            found[person] = History(before.waiting + 1, before.rank_debt)
        elif rank == 1:
            found[person] = History()
        else:
            is_bad = rank == 0 or rank >= BAD_RANK
            found[person] = History(0, before.rank_debt + is_bad)
    return found
