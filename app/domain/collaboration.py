"""Reading a published wave: which figure may be shown how, and what it may be called.

Everything works on the plain body of a snapshot. What a reader sees is decided here, never in a
template: coarse figures where few answered, no colour where the evidence is thin, and "no clear
change" unless a change stands out from noise. Gaps, changes and totals are made of shown figures,
so that two figures on different grids never tell more of a mean than the figure itself does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any

from app.domain.disclosure import band_of, grid_of, may_show_dimensions, on_grid

Body = Mapping[str, Any]
Pair = tuple[int, int]
BETWEEN = "/"
NO_COLOUR = "C"
OTHERS_DIFFER = 5.0  # points by which those who did not answer may differ, as the engine has it


class Level(StrEnum):
    """What a cell of the matrix looks like."""

    STRONG = "strong"
    WORKABLE = "workable"
    FRAGILE = "fragile"
    STRAINED = "strained"
    UNSURE = "unsure"  # between two levels, or too few answered for a colour
    NONE = "none"  # asked, not published
    SELF = "self"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Reading:
    """A directed pair as a reader sees it. `mean` is None where only a band may be shown.

    `answers` is a range such as "5–9", `response` steps of 10 % or None, `level` the colour,
    `between` the two levels an interval spans, weaker first. `outer` is the interval if those who
    did not answer differ by five points; `watched` marks a slow drift, which is no alarm.
    """

    source: int
    target: int
    mean: int | None
    low: int
    high: int
    level: Level
    between: tuple[Level, ...]
    answers: str
    response: int | None
    evidence: str
    dimensions: Mapping[str, int]
    change: Change
    strained: bool
    outer: tuple[int, int] = (0, 100)
    watched: bool = False


class Direction(StrEnum):
    """What became of a figure since the waves before."""

    FELL = "fell"
    ROSE = "rose"
    NO_CLEAR_CHANGE = "none"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Change:
    """A change in whole points with its interval, only where it is clear."""

    direction: Direction
    points: int = 0
    low: int = 0
    high: int = 0
    composition_changed: bool = False


def readings(body: Body) -> dict[Pair, Reading]:
    """Every published pair of a wave."""
    watched = frozenset(body.get("watch", ()))
    return {
        pair_of(name): reading(
            pair_of(name), figures, body["changes"].get(name), watched=name in watched
        )
        for name, figures in body["pairs"].items()
    }


def view(body: Body, pair: Pair) -> Reading | None:
    """How the first team of a pair sees the second; None where it is not published."""
    name = f"{pair[0]}|{pair[1]}"
    figures = body["pairs"].get(name)
    if figures is None:
        return None
    watched = name in body.get("watch", ())
    return reading(pair, figures, body["changes"].get(name), watched=watched)


def views(body: Body, one: int, other: int) -> dict[Pair, Reading]:
    """What is published of both views of two teams."""
    pairs = (one, other), (other, one)
    return {pair: found for pair in pairs if (found := view(body, pair)) is not None}


def pair_of(name: str) -> Pair:
    """The team ids of "12|7"."""
    source, _, target = name.partition("|")
    return int(source), int(target)


def reading(
    pair: Pair,
    figures: Mapping[str, Any],
    change: Mapping[str, Any] | None,
    *,
    watched: bool = False,
) -> Reading:
    """One published pair as it may be read."""
    mean, low, high, _grid = figures["display"]
    hidden = figures["band_only"]
    if hidden:
        low, high = band_of(figures["mean"])
    levels = tuple(Level(name) for name in figures["band"].split(BETWEEN))
    is_sure = len(levels) == 1 and figures["evidence"] != NO_COLOUR and not hidden
    return Reading(
        source=pair[0],
        target=pair[1],
        mean=None if hidden else mean,
        low=max(0, low),
        high=min(100, high),
        level=levels[0] if is_sure else Level.UNSURE,
        between=() if hidden else levels,
        answers=figures["shown_n"],
        response=figures["shown_response"],
        evidence=figures["evidence"],
        dimensions={} if hidden else _dimensions(figures),
        change=_change(change, figures, hidden=hidden),
        strained=figures["low_level"] and not hidden,
        outer=(low, high) if hidden else _outer(low, high, figures),
        watched=watched and not hidden,
    )


def _outer(low: int, high: int, figures: Mapping[str, Any]) -> tuple[int, int]:
    """The shown interval, wider by what those who did not answer may differ; ends outwards.

    Made of shown figures alone, so it tells nothing more: where the response is not shown, nobody
    else is taken to have answered.
    """
    grid = grid_of(figures["n"])
    margin = OTHERS_DIFFER * (1 - (figures["shown_response"] or 0) / 100)
    return (
        max(0, grid * math.floor((low - margin) / grid)),
        min(100, grid * math.ceil((high + margin) / grid)),
    )


def _dimensions(figures: Mapping[str, Any]) -> dict[str, int]:
    """Means per dimension on the grid of the pair, clipped as its mean; empty below ten answers."""
    if not may_show_dimensions(figures["n"]):
        return {}
    grid = grid_of(figures["n"])
    return {name: on_grid(mean, grid) for name, mean in figures["dims"].items()}


def _change(
    change: Mapping[str, Any] | None, figures: Mapping[str, Any], *, hidden: bool
) -> Change:
    """On the coarsest grid of the waves compared, the interval's ends outwards.

    Nothing is told where one of them is shown as a band only.
    """
    if change is None:
        return Change(Direction.FIRST)
    composition = bool(change["composition_changed"])
    if not change["alert"] or hidden or change["hidden_before"]:
        return Change(Direction.NO_CLEAR_CHANGE, composition_changed=composition)
    grid = max(grid_of(figures["n"]), change["grid_before"])
    before = figures["mean"] - change["delta"]
    moved = on_grid(figures["mean"], grid) - on_grid(before, grid)
    half = (change["hi"] - change["lo"]) / 2
    return Change(
        Direction(change["direction"]),
        max(grid, abs(moved)),
        grid * math.floor((moved - half) / grid),
        grid * math.ceil((moved + half) / grid),
        composition,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference between both views of a pair; `marked` where it stands out from noise."""

    points: int
    higher: int  # the team that sees the pair more kindly
    lower: int
    marked: bool


def gap(body: Body, one: int, other: int) -> Gap | None:
    """How far apart the two teams see their work together; None where a view is missing."""
    name = "|".join(sorted((str(one), str(other))))
    figures = body["undirected"].get(name)
    if figures is None or any(reading.mean is None for reading in views(body, one, other).values()):
        return None
    first, second = pair_of(name)
    kinder, sterner = (first, second) if figures["asymmetry"] >= 0 else (second, first)
    both = [body["pairs"][key] for key in _names(one, other)]
    grid = max(grid_of(figures["n"]) for figures in both)
    here, there = (on_grid(figures["mean"], grid) for figures in both)
    marked = figures["asym_marked"]
    return Gap(max(abs(here - there), grid * marked), kinder, sterner, marked)


def _names(one: int, other: int) -> tuple[str, str]:
    return f"{one}|{other}", f"{other}|{one}"


@dataclass(frozen=True, slots=True)
class Row:
    """One rating team of the matrix with a cell per rated team, in the order of `columns`."""

    team: int
    name: str
    department: str
    cells: tuple[Reading | Level, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who sees whom how: rows rate, columns are rated."""

    columns: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]


def matrix(body: Body, order: Iterable[int]) -> Matrix:
    """The matrix of a wave over the teams of `order` that rate or are rated."""
    published = readings(body)
    hidden = {pair_of(name) for name in body["unpublished"]}
    asked = {*published, *hidden}
    involved = {team for pair in asked for team in pair}
    teams = [team for team in order if team in involved]
    rated = [team for team in teams if any(target == team for _source, target in asked)]
    rating = [team for team in teams if any(source == team for source, _target in asked)]
    names = {team: body["teams"][str(team)] for team in teams}
    return Matrix(
        tuple((team, names[team]["name"]) for team in rated),
        tuple(
            Row(
                source,
                names[source]["name"],
                names[source]["department"],
                tuple(_cell(published, hidden, (source, target)) for target in rated),
            )
            for source in rating
        ),
    )


def _cell(published: Mapping[Pair, Reading], hidden: set[Pair], pair: Pair) -> Reading | Level:
    if pair[0] == pair[1]:
        return Level.SELF
    found = published.get(pair)
    if found is not None:
        return found
    return Level.NONE if pair in hidden else Level.UNASKED


def stands_out(body: Body) -> list[Reading]:
    """What changed beyond noise, the largest first; nothing else is worth a headline."""
    clear = [
        found
        for found in readings(body).values()
        if found.change.direction in {Direction.FELL, Direction.ROSE}
    ]
    return sorted(clear, key=lambda found: (-found.change.points, found.source, found.target))


@dataclass(frozen=True, slots=True)
class Total:
    """A published group: company, or all views out of or into a team."""

    mean: int
    low: int
    high: int
    pairs: int


def total(body: Body, name: str) -> Total | None:
    """The total of "company", "out|12", "in|12", "dept_out|3" or "dept_in|3"; None if unpublished.

    Its mean is that of the shown figures of its pairs: from the exact one the figure of a single
    pair could be taken apart, or that of a pair shown as a band only.
    """
    figures = body["totals"].get(name)
    if figures is None:
        return None
    grid = figures["display"][-1]
    inside = [_middle(pair) for key, pair in body["pairs"].items() if _is_inside(body, key, name)]
    mean = fmean(inside)
    half = max(figures["hi"] - figures["mean"], figures["mean"] - figures["lo"], grid)
    return Total(
        grid * round(mean / grid),
        max(0, grid * math.floor((mean - half) / grid)),
        min(100, grid * math.ceil((mean + half) / grid)),
        figures["pairs"],
    )


def _middle(figures: Mapping[str, Any]) -> float:
    """The shown mean of a pair, or the middle of its band."""
    if figures["band_only"]:
        return fmean(band_of(figures["mean"]))
    return float(figures["display"][0])


def _is_inside(body: Body, pair: str, name: str) -> bool:
    """Whether a pair counts for a total such as "company", "out|12" or "dept_in|3"."""
    side, _, wanted = name.partition("|")
    source, _, target = pair.partition("|")
    team = source if side in {"out", "dept_out"} else target
    if side.startswith("dept_"):
        return str(body["teams"][team]["department_id"]) == wanted
    return side == "company" or team == wanted


@dataclass(frozen=True, slots=True)
class DepartmentTotals:
    """How the teams of a department see others, and how they are seen; None where unpublished."""

    department: str
    out_of: Total | None
    into: Total | None


def departments(body: Body) -> list[DepartmentTotals]:
    """The published totals of departments, by name; departments without any are left out."""
    names = {team["department_id"]: team["department"] for team in body["teams"].values()}
    found = [
        DepartmentTotals(name, total(body, f"dept_out|{key}"), total(body, f"dept_in|{key}"))
        for key, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
    ]
    return [one for one in found if one.out_of or one.into]
