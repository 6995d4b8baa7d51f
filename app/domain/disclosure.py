"""What a wave may publish: a fixed plan made once, at the close, from counts and nothing else.

The unit is the block: a set of records that is never taken apart again. Every published group is a
union of blocks and every block holds at least k persons, so that shuffling the records inside the
blocks changes no figure. No combination of published figures can therefore speak about fewer than
k persons. A plan looks at counts only: what people answered decides nothing here, so a refusal
tells nothing either.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

LEAST_K = 4
MOST_K = 15
USUAL_K = 5

COMPANY = "company"

Pair = tuple[str, str]


class Reason(StrEnum):
    """Why a pair or a group is not published."""

    FEW_ANSWERS = "few_answers"  # fewer than k records
    SMALL_TEAM = "small_team"  # the rated team has fewer than k_target members
    NOTHING_INSIDE = "nothing_inside"  # the group holds no published pair
    FEW_APART = "few_apart"  # publishing it would tell a part of fewer than k persons apart


@dataclass(frozen=True, slots=True)
class Count:
    """So many records of members of `src` about `tgt`, in one wave.

    `tgt_members` is the size of the rated team when the wave opened. `attribute` is the value of
    the one coarse attribute a works agreement may allow; empty without one.
    """

    src: str
    tgt: str
    n: int
    tgt_members: int
    attribute: str = ""

    @property
    def pair(self) -> Pair:
        """Who rates whom."""
        return self.src, self.tgt


@dataclass(frozen=True, slots=True)
class Limits:
    """k persons at least behind every figure, k_target members at least in a rated team."""

    k: int = USUAL_K
    k_target: int = USUAL_K

    def __post_init__(self) -> None:
        if not LEAST_K <= self.k <= MOST_K or not LEAST_K <= self.k_target <= MOST_K:
            raise ValueError(f"k and k_target lie between {LEAST_K} and {MOST_K}")


@dataclass(frozen=True, slots=True)
class Group:
    """One published group: the sum of its blocks, by their numbers in the plan."""

    name: str
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A pair or group that stays unpublished, by its name."""

    name: str
    reason: Reason


Block = tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """The plan of one wave. Equal counts give equal plans, down to the digest."""

    limits: Limits
    published: tuple[Pair, ...]
    groups: tuple[Group, ...]
    refused: tuple[Refused, ...]
    dropped: tuple[Pair, ...]  # rated teams below k_target; their records are in no figure at all
    leftover: Block  # records of asked pairs below k
    leftover_used: bool  # whether they are a block of the company
    blocks: tuple[Block, ...] = field(repr=False)

    def as_dict(self) -> dict[str, object]:
        """The plan as plain JSON values in a fixed order."""
        blocks = [
            [[atom.src, atom.tgt, atom.attribute, atom.n] for atom in block]
            for block in self.blocks
        ]
        groups = [[group.name, list(group.blocks)] for group in self.groups]
        return self._told(groups, self.refused) | {
            "leftover_used": self.leftover_used,
            "blocks": blocks,
        }

    def _told(self, groups: Sequence[object], refused: Iterable[Refused]) -> dict[str, object]:
        return {
            "k": self.limits.k,
            "k_target": self.limits.k_target,
            "published": [list(pair) for pair in self.published],
            "groups": groups,
            "refused": [[one.name, one.reason.value] for one in refused],
            "dropped": [list(pair) for pair in self.dropped],
        }

    def digest(self) -> str:
        """SHA-256 of the whole plan. Not to be shown: its counts could be guessed."""
        return _digest(self.as_dict())

    def told_digest(self) -> str:
        """SHA-256 of what the plan tells anyway: what is published, what is not, and why.

        Not of the leftover, and so not of the company, which may rest on it alone: where few small
        teams are left, five people behind them may be all there are.
        """
        groups = [group.name for group in self.groups if group.name != COMPANY]
        return _digest(self._told(groups, [one for one in self.refused if one.name != COMPANY]))


def _digest(value: dict[str, object]) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def distinct_persons(atoms: Iterable[Count]) -> int:
    """At least so many different people stand behind `atoms`.

    A person belongs to one source team and may rate several others; the largest of a team's
    counts is how many of its people there are at least.
    """
    most: dict[tuple[str, str], int] = defaultdict(int)
    for atom in atoms:
        key = atom.src, atom.attribute
        most[key] = max(most[key], atom.n)
    return sum(most.values())


def pair_name(pair: Pair) -> str:
    """A directed pair as a name: rating team first."""
    return f"{pair[0]}|{pair[1]}"


def release_plan(
    counts: Iterable[Count], departments: Mapping[str, str], limits: Limits | None = None
) -> ReleasePlan:
    """Decide what a wave publishes.

    `counts` holds the records that count of every asked pair, at most once per pair and attribute.
    A pair without any is refused like one with few, or the list would tell that all of a team were
    silent. `departments` names the department of every team (empty: none).
    Groups are tried in this order: company, totals out of and into each team, the same of each
    department, values of the attribute. Each is published whole or refused.
    Raises ValueError where a pair and attribute is counted twice or a count is negative.
    """
    limits = limits or Limits()
    asked = _in_order(counts)
    totals = Counter[Pair]()
    for atom in asked:
        if atom.tgt_members >= limits.k_target:
            totals[atom.pair] += atom.n
    kept = [atom for atom in asked if atom.pair in totals and atom.n > 0]
    published = tuple(sorted(pair for pair, n in totals.items() if n >= limits.k))
    release = _Release(limits.k, kept, published)
    teams = sorted({*departments, *(team for pair in totals for team in pair)})
    for name, members in _groups(release, teams, departments):
        release.consider(name, members)
    few = [
        Refused(f"pair|{pair_name(pair)}", Reason.FEW_ANSWERS)
        for pair, n in totals.items()
        if n < limits.k
    ]
    return ReleasePlan(
        limits=limits,
        published=published,
        groups=release.groups(),
        refused=tuple(sorted([*release.refused, *few], key=lambda refused: refused.name)),
        dropped=tuple(sorted({atom.pair for atom in asked} - set(totals))),
        leftover=tuple(kept[place] for place in release.leftover),
        leftover_used=release.leftover_used,
        blocks=tuple(tuple(kept[place] for place in block) for block in release.blocks),
    )


def _in_order(counts: Iterable[Count]) -> list[Count]:
    atoms = sorted(counts, key=COUNTED_ONCE)
    for before, after in pairwise(atoms):
        if COUNTED_ONCE(before) == COUNTED_ONCE(after):
            raise ValueError(f"{pair_name(after.pair)} is counted twice")
    if any(atom.n < 0 for atom in atoms):
        raise ValueError("a count is negative")
    return atoms


COUNTED_ONCE = attrgetter("src", "tgt", "attribute")


class _Release:
    """Blocks while groups are tried one after the other: splitting refines, never regroups.

    Atoms are known by their places in `atoms`; a block is a list of such places.
    """

    def __init__(self, k: int, atoms: list[Count], published: tuple[Pair, ...]) -> None:
        self.k = k
        self.atoms = atoms
        by_pair: dict[Pair, list[int]] = {pair: [] for pair in published}
        self.leftover: list[int] = []
        for place, atom in enumerate(atoms):
            by_pair.get(atom.pair, self.leftover).append(place)
        self.inside = [place for places in by_pair.values() for place in places]
        self.refused: list[Refused] = []
        self._members = [(f"pair|{pair_name(pair)}", places) for pair, places in by_pair.items()]
        self.leftover_used = self._persons(self.leftover) >= k
        self.blocks = [*by_pair.values(), *([self.leftover] if self.leftover_used else [])]
        self._block_of = {
            place: number for number, block in enumerate(self.blocks) for place in block
        }

    def _persons(self, places: Iterable[int]) -> int:
        return distinct_persons(self.atoms[place] for place in places)

    def consider(self, name: str, members: list[int]) -> None:
        """Publish the group if no part of a block that it cuts off falls below k persons."""
        if not members:
            self.refused.append(Refused(name, Reason.NOTHING_INSIDE))
            return
        cuts = self._cuts(members)
        if any(self._persons(part) < self.k for parts in cuts.values() for part in parts):
            self.refused.append(Refused(name, Reason.FEW_APART))
            return
        for number, (within, without) in cuts.items():
            self._block_of.update(dict.fromkeys(without, len(self.blocks)))
            self.blocks[number] = within
            self.blocks.append(without)
        self._members.append((name, members))

    def _cuts(self, members: list[int]) -> dict[int, tuple[list[int], list[int]]]:
        """The blocks that the group would cut, each with its parts inside and outside."""
        touched: dict[int, list[int]] = defaultdict(list)
        for place in members:
            touched[self._block_of[place]].append(place)
        return {
            number: (within, sorted(set(self.blocks[number]) - set(within)))
            for number, within in touched.items()
            if len(within) < len(self.blocks[number])
        }

    def groups(self) -> tuple[Group, ...]:
        """The published groups by name, each as the blocks it is the union of."""
        return tuple(
            Group(name, tuple(sorted({self._block_of[place] for place in members})))
            for name, members in sorted(self._members)
        )


def _groups(
    release: _Release, teams: Iterable[str], departments: Mapping[str, str]
) -> Iterator[tuple[str, list[int]]]:
    """Every group of the plan in its fixed order; the leftover belongs to the company alone."""
    atoms = release.atoms
    found: dict[str, list[int]] = defaultdict(list)
    for place in release.inside:
        atom = atoms[place]
        found[f"out|{atom.src}"].append(place)
        found[f"in|{atom.tgt}"].append(place)
        found[f"dept_out|{departments.get(atom.src, '')}"].append(place)
        found[f"dept_in|{departments.get(atom.tgt, '')}"].append(place)
        found[f"attribute|{atom.attribute}"].append(place)
    yield COMPANY, [place for block in release.blocks for place in block]
    for team in teams:
        yield f"out|{team}", found[f"out|{team}"]
        yield f"in|{team}", found[f"in|{team}"]
    for department in sorted(set(departments.values()) - {""}):
        yield f"dept_out|{department}", found[f"dept_out|{department}"]
        yield f"dept_in|{department}", found[f"dept_in|{department}"]
    for value in sorted({atoms[place].attribute for place in release.inside} - {""}):
        yield f"attribute|{value}", found[f"attribute|{value}"]


FEW = 10  # below so many records figures are coarse, and there are no figures per dimension
SOME = 20  # from so many records on figures are fine
FULL = 100
COARSE = 5  # points between the figures of pairs with few records
BAND_WIDTH = 15
RATE_STEP = 10
BAND_ONLY_BELOW = 15
MOST_NEWCOMERS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A mean and its 95 % interval as pages may show them, in points of 0 to 100."""

    mean: int
    low: int
    high: int
    grid: int

    def as_list(self) -> list[int]:
        """Mean, low, high, grid."""
        return [self.mean, self.low, self.high, self.grid]


def grid_of(n: int) -> int:
    """The step of shown figures in points: 5 below ten records, 2 below twenty, then 1."""
    if n < FEW:
        return COARSE
    return 2 if n < SOME else 1


def shown(mean: float, low: float, high: float, n: int) -> Shown:
    """Mean on the grid and clipped, with as wide an interval around it, ends rounded outwards.

    Where everybody answers alike the mean would give each answer away, so means stop at 10 and 90
    (below ten records) or 5 and 95. The interval stands around the clipped mean, one step of the
    grid to either side at least: ends of the exact one would tell what the clipping hides. A mean
    halfway between two steps goes to the even one.
    """
    grid = grid_of(n)
    middle, half = _clipped(mean, grid), max(high - mean, mean - low)
    at = on_grid(mean, grid)
    least = min(grid * math.floor((middle - half) / grid), at - grid)
    most = max(grid * math.ceil((middle + half) / grid), at + grid)
    return Shown(at, max(0, least), min(FULL, most), grid)


def rounded(mean: float, low: float, high: float, n: int) -> Shown:
    """The mean as `shown` has it beside the exact interval rounded outwards.

    For those alone who hold the answers: pages show `shown`.
    """
    grid = grid_of(n)
    return Shown(
        on_grid(mean, grid), grid * math.floor(low / grid), grid * math.ceil(high / grid), grid
    )


def on_grid(mean: float, grid: int) -> int:
    """A mean as it may be shown in steps of `grid` points, clipped as `shown` says."""
    return int(_clipped(grid * round(_clipped(mean, grid) / grid), grid))


def _clipped(mean: float, grid: int) -> float:
    edge = 10 if grid == COARSE else 5
    return _within(mean, edge, FULL - edge)


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def n_range(n: int, k: int = USUAL_K) -> str:
    """How many answered, as a range: such as 5–9, 10–19 or 20+."""
    if n < FEW:
        return f"{k}–{FEW - 1}"
    return f"{max(k, FEW)}–{SOME - 1}" if n < SOME else f"{SOME}+"


def response_step(returned: int, members: int) -> int | None:
    """The response rate in steps of 10 %, rounded down; None below ten members."""
    if members < FEW:
        return None
    return min(FULL, FULL * returned // members // RATE_STEP * RATE_STEP)


def may_show_dimensions(n: int) -> bool:
    """Whether means per dimension may be shown."""
    return n >= FEW


def band_of(mean: float) -> tuple[int, int]:
    """The band of 15 points a mean lies in, for pairs that may be shown as a band only."""
    low = BAND_WIDTH * min(int(mean // BAND_WIDTH), FULL // BAND_WIDTH)
    return low, min(low + BAND_WIDTH, FULL)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many of a pair's eligible members returned a sheet in a wave, and how many counted."""

    n: int
    returned: int
    eligible: int

    @property
    def full(self) -> bool:
        """Whether everybody asked returned a sheet."""
        return self.returned >= self.eligible


def band_only(now: Turnout, before: Turnout, moved: int) -> bool:
    """Whether the pair is shown as a band because two means would tell a newcomer's answer.

    `moved` people joined or left the rating team between the two waves. With full response in both
    and few answers, n·mean now minus n·mean before is what the newcomers said.
    """
    few = min(now.n, before.n) < BAND_ONLY_BELOW
    return 1 <= moved <= MOST_NEWCOMERS and now.full and before.full and few


def stays_a_band(now: Turnout, shown_before: Iterable[tuple[Turnout, int]]) -> bool:
    """Whether `band_only` holds against any earlier wave in which the pair was shown exactly.

    `shown_before` names these waves, each with how many people moved since. Waves shown as a band
    between them help nobody, but a wave before those still does: the last one alone is not enough.
    """
    return any(band_only(now, before, moved) for before, moved in shown_before)
