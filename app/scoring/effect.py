"""Did it help? Treated pairs beside comparable untreated ones, and when not to say anything.

Pairs are picked by the scores of a wave, the picking wave; weak scores of one wave are partly bad
luck and recover by themselves. An effect is therefore never measured against the picking wave: it
enters as a separate column (ANCOVA), and the check (difference in differences) leaves it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from app.domain.disclosure import Pair
from app.scoring.multiple import marked
from app.scoring.regression import Coefficient, coefficient

LEAST_PAIRS = 8
LEAST_BEFORE = 2
AFTER = 2
ONE_TEAM_SHARE = 1 / 3
OTHERS_SHARE = 0.2
MOVED = 0.25
Q = 0.1


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
class _Unit:
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


def study(
    kind: str,
    picked: Picked,
    panel: Panel,
    events: Sequence[Event],
    *,
    candidates: Collection[Pair] | None = None,
) -> Study:
    """Study one kind of event.

    `panel` holds the published waves of every pair by wave number (1, 2, 3 … in calendar order),
    `events` all events of all kinds. `candidates` are the pairs comparable with the treated ones
    (for a lottery those that drew a blank); all others without it.
    """
    trusted = {pair: _trusted(waves) for pair, waves in panel.items()}
    first = _first_events(kind, events)
    spoilt = _spoilt(kind, events, first)
    first = {pair: at for pair, at in first.items() if pair not in spoilt}
    treated, left_out = _treated(trusted, first)
    controls = _controls(trusted, events, kind, treated, candidates)
    cohorts = {unit.at for unit in controls}
    treated = [unit for unit in treated if unit.at in cohorts]
    lines = _lines(trusted, treated, controls)
    if picked is Picked.OTHERWISE:
        return Study(kind, picked, Verdict.ACCOMPANIED, (), len(treated), len(controls),
                     None, None, lines)  # fmt: skip
    silences = _silences(treated, controls, events, kind, left_out)
    if silences:
        return Study(kind, picked, Verdict.SILENT, silences, len(treated), len(controls),
                     None, None, lines)  # fmt: skip
    units = [*treated, *controls]
    effect, check = _ancova(units), _difference_in_differences(units)
    verdict = judge(effect, check)
    return Study(kind, picked, verdict, (), len(treated), len(controls), effect, check, lines)


def judge(effect: Coefficient, check: Coefficient) -> Verdict:
    """What the numbers allow to say: an effect needs both methods."""
    same_sign = effect.value * check.value > 0.0
    if not same_sign or effect.low <= 0.0 <= effect.high:
        return Verdict.UNCLEAR
    return Verdict.HELPED if effect.value > 0.0 else Verdict.HARMED


def compare_kinds(studies: Sequence[Study], q: float = Q) -> dict[str, Verdict]:
    """The verdicts of several kinds side by side.

    Only kinds whose own effect may be reported take part, and a verdict stands only if it stands
    out among all of them (Benjamini–Hochberg).
    """
    chances = {one.kind: one.effect.p for one in studies if one.effect is not None}
    standing_out = marked(chances, q)
    return {
        one.kind: one.verdict if one.kind in standing_out else Verdict.UNCLEAR
        for one in studies
        if one.effect is not None
    }


def _trusted(waves: Mapping[int, Seen]) -> dict[int, Seen]:
    return {number: seen for number, seen in waves.items() if seen.evidence in {"A", "B"}}


def _first_events(kind: str, events: Sequence[Event]) -> dict[Pair, int]:
    """The picking wave of each pair's first event of `kind`."""
    first: dict[Pair, int] = {}
    for event in events:
        if event.kind == kind and event.counts:
            first[event.pair] = min(event.picked_at, first.get(event.pair, event.picked_at))
    return first


def _spoilt(kind: str, events: Sequence[Event], first: Mapping[Pair, int]) -> set[Pair]:
    """Pairs that had one of the kind, picked otherwise, before the one that counts."""
    others = (event for event in events if event.kind == kind and not event.counts)
    return {one.pair for one in others if one.pair in first and one.picked_at < first[one.pair]}


def _treated(
    panel: Mapping[Pair, dict[int, Seen]], first: Mapping[Pair, int]
) -> tuple[list[_Unit], set[Silence]]:
    """The treated pairs that can be studied, and why others cannot."""
    units, left_out = [], set()
    for pair, at in sorted(first.items()):
        waves = panel.get(pair, {})
        unit = _unit(pair, waves, at, is_treated=True)
        if unit is not None:
            units.append(unit)
        elif sum(number < at for number in waves) < LEAST_BEFORE or at not in waves:
            left_out.add(Silence.FEW_BEFORE)
        else:
            left_out.add(Silence.NONE_AFTER)
    return units, left_out


def _unit(pair: Pair, waves: dict[int, Seen], at: int, *, is_treated: bool) -> _Unit | None:
    before = [seen for number, seen in sorted(waves.items()) if number < at]
    after = [waves[number] for number in range(at + 1, at + 1 + AFTER) if number in waves]
    last = waves.get(at)
    if len(before) < LEAST_BEFORE or last is None or not after:
        return None
    return _Unit(
        pair=pair,
        at=at,
        is_treated=is_treated,
        base=fmean(seen.mean for seen in before),
        last=last.mean,
        post=fmean(seen.mean for seen in after),
        response=(last.response, fmean(seen.response for seen in after)),
        instruments=frozenset(seen.instrument for seen in [*before, last, *after]),
    )


def _controls(
    panel: Mapping[Pair, dict[int, Seen]],
    events: Sequence[Event],
    kind: str,
    treated: Sequence[_Unit],
    candidates: Collection[Pair] | None,
) -> list[_Unit]:
    """Untreated pairs, each in the window of one picking wave, so that none counts twice.

    A pair goes where controls are scarcest. A pair treated later serves until its own event, unless
    it is itself among those studied.
    """
    wanted = Counter(unit.at for unit in treated)
    studied = {unit.pair for unit in treated}
    allowed = panel.keys() if candidates is None else set(candidates) & panel.keys()
    given: Counter[int] = Counter()
    units = []
    for pair in sorted(allowed - studied):
        own = [event for event in events if event.pair == pair]
        possible = [
            unit
            for at in sorted(wanted)
            if _untouched(own, kind, at)
            and (unit := _unit(pair, panel[pair], at, is_treated=False)) is not None
        ]
        if possible:
            chosen = min(possible, key=lambda unit: (given[unit.at] / wanted[unit.at], unit.at))
            given[chosen.at] += 1
            units.append(chosen)
    return units


def _untouched(own: Sequence[Event], kind: str, at: int) -> bool:
    """Whether a pair with these events is untreated until the end of the window after `at`."""
    return not any(
        event.picked_at < at + AFTER and (event.kind == kind or event.picked_at >= at)
        for event in own
    )


def _silences(
    treated: Sequence[_Unit],
    controls: Sequence[_Unit],
    events: Sequence[Event],
    kind: str,
    left_out: set[Silence],
) -> tuple[Silence, ...]:
    """Every reason not to report, in the order of their names above."""
    found: set[Silence] = set()
    if len(treated) < LEAST_PAIRS:
        found |= {Silence.FEW_TREATED, *left_out}
    if len(controls) < LEAST_PAIRS:
        found.add(Silence.FEW_CONTROLS)
    if len(treated) == 1:
        found.add(Silence.ONE_PAIR)
    elif treated and _largest_team_share(treated) > ONE_TEAM_SHARE:
        found.add(Silence.ONE_TEAM)
    if treated and _share_with_others(treated, events, kind) > OTHERS_SHARE:
        found.add(Silence.OTHER_EVENTS)
    if any(_response_move(units) > MOVED for units in (treated, controls)):
        found.add(Silence.RESPONSE_MOVED)
    if len(frozenset[str]().union(*(unit.instruments for unit in [*treated, *controls]))) > 1:
        found.add(Silence.INSTRUMENT_CHANGED)
    return tuple(reason for reason in Silence if reason in found)


def _largest_team_share(treated: Sequence[_Unit]) -> float:
    teams = Counter(team for unit in treated for team in set(unit.pair))
    return max(teams.values()) / len(treated)


def _share_with_others(treated: Sequence[_Unit], events: Sequence[Event], kind: str) -> float:
    """The share of treated pairs with something else in their window."""
    touched = [
        unit
        for unit in treated
        if any(
            event.pair == unit.pair
            and (event.kind != kind or not event.counts)
            and unit.at <= event.picked_at < unit.at + AFTER
            for event in events
        )
    ]
    return len(touched) / len(treated)


def _response_move(units: Sequence[_Unit]) -> float:
    if not units:
        return 0.0
    return abs(fmean(unit.response[1] - unit.response[0] for unit in units))


def _ancova(units: Sequence[_Unit]) -> Coefficient:
    """Post on treatment, base and picking wave."""
    return coefficient(
        [unit.post for unit in units],
        [[float(unit.is_treated), unit.base, unit.last] for unit in units],
        [unit.at for unit in units],
    )


def _difference_in_differences(units: Sequence[_Unit]) -> Coefficient:
    """Gain over the waves before the picking wave, which is left out."""
    return coefficient(
        [unit.post - unit.base for unit in units],
        [[float(unit.is_treated)] for unit in units],
        [unit.at for unit in units],
    )


def _lines(
    panel: Mapping[Pair, dict[int, Seen]], treated: Sequence[_Unit], controls: Sequence[_Unit]
) -> tuple[Line, ...]:
    """Both groups by distance from the picking wave, where both were seen."""
    found = []
    distances = {number - unit.at for unit in treated for number in panel[unit.pair]}
    for distance in sorted(number for number in distances if number <= AFTER):
        ours, theirs = (_means_at(panel, units, distance) for units in (treated, controls))
        if ours and theirs:
            found.append(Line(distance, fmean(ours), fmean(theirs)))
    return tuple(found)


def _means_at(
    panel: Mapping[Pair, dict[int, Seen]], units: Sequence[_Unit], distance: int
) -> list[float]:
    wanted = [(panel[unit.pair], unit.at + distance) for unit in units]
    return [waves[number].mean for waves, number in wanted if number in waves]
