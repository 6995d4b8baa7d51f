"""Circles in what asks for what: a course that is needed for itself could never be booked."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def way_back(
    asks_for: Mapping[Key, Collection[Key]], start: Key, first: Collection[Key]
) -> list[Key]:
    """The way from one of `first` back to `start`, or an empty list when none leads there.

    `asks_for` tells what each thing needs; what `start` needed so far does not count, since
    `first` is to replace it. Found breadth first, so that the shortest way is told.
    """
    ways = [[key] for key in first]
    seen = set(first)
    while ways:
        way = ways.pop(0)
        if way[-1] == start:
            return way
        for needed in asks_for.get(way[-1], ()):
            if needed not in seen:
                seen.add(needed)
                ways.append([*way, needed])
    return []
