"""The ids by which our rows are called in planner files: p12, t3, pl7, s1, k4; and c8 beside."""

from __future__ import annotations

from typing import Any


def person(ident: int) -> str:
    """A person's id in a planner file."""
    return f"p{ident}"


def team(ident: int) -> str:
    """A team's id in a planner file."""
    return f"t{ident}"


def placement(ident: int) -> str:
    """A placement's id in a planner file."""
    return f"pl{ident}"


def site(ident: int) -> str:
    """A site's id in a planner file."""
    return f"s{ident}"


def skill(ident: int) -> str:
    """A skill's id in a planner file."""
    return f"k{ident}"


def commitment(ident: int) -> str:
    """A commitment's id; it never stands in a planner file, only beside one."""
    return f"c{ident}"


def number(key: Any) -> int:
    """The row id inside a key of any kind. Raises ValueError when there is none."""
    return int(str(key).lstrip("pltskc"))
