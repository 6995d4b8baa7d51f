"""What a study of contact is made of: pairs in their waves, events, lots, and the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.disclosure import Pair
from app.scoring.regression import Coefficient

LEAST_PAIRS = 8
LEAST_BEFORE = 2
AFTER = 2


class Picked(StrEnum):
    """How the treated pairs were picked."""

    BY_LOT = "by_lot"  # among equally needy pairs
    BY_SCORE = "by_score"
    OTHERWISE = "otherwise"  # gut feeling, reorganisation


class Silence(StrEnum):
    """A reason not to report an effect."""

    FEW_TREATED = "few_treated"
    FEW_CONTROLS = "few_controls"
    FEW_BEFORE = "few_before"
    NONE_AFTER = "none_after"
    ONE_TEAM = "one_team"
    OTHER_EVENTS = "other_events"
    RESPONSE_MOVED = "response_moved"
    INSTRUMENT_CHANGED = "instrument_changed"
    ONE_PAIR = "one_pair"


class Verdict(StrEnum):
    """What may be said; `effect_words` has the sentences."""

    HELPED = "helped"
    HARMED = "harmed"
    UNCLEAR = "unclear"  # not distinguishable from no effect
    ACCOMPANIED = "accompanied"  # two lines, no number
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Seen:
    """One published wave of a pair."""

    mean: float
    evidence: str
    response: float
    instrument: str = "1"


@dataclass(frozen=True, slots=True)
class Event:
    """A rotation, trip or training of a pair; `picked_at` is the wave before it, by number.

    One that does not `count` was not picked by what is studied. It is something else that happened
    to the pair, and a pair that had one of the studied kind before is not compared at all.
    """

    pair: Pair
    kind: str
    picked_at: int
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Lots:
    """A draw after wave `at`, by number: the pairs that were drawn, and those with a blank."""

    at: int
    drawn: Collection[Pair]
    blanks: Collection[Pair]


@dataclass(frozen=True, slots=True)
class Line:
    """Mean scores at one distance from the picking wave (0), for the plot."""

    wave: int
    treated: float
    controls: float


@dataclass(frozen=True, slots=True)
class Study:
    """The answer. `effect` and `check` are None unless an effect may be reported."""

    kind: str
    picked: Picked
    verdict: Verdict
    silences: tuple[Silence, ...]
    treated: int
    controls: int
    effect: Coefficient | None
    check: Coefficient | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A pair in the window of one picking wave."""

    pair: Pair
    at: int
    is_treated: bool
    base: float
    last: float
    post: float
    response: tuple[float, float]  # before, after
    instruments: frozenset[str]


Panel = Mapping[Pair, Mapping[int, Seen]]


@dataclass(frozen=True, slots=True)
class Units:
    """Both groups, and how they went."""

    treated: list[Unit]
    controls: list[Unit]
    lines: tuple[Line, ...]
