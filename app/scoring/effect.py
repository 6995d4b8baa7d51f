"""Did it help? Treated pairs beside comparable untreated ones, and when not to say anything.

Pairs are picked by the scores of a wave, the picking wave; weak scores of one wave are partly bad
luck and recover by themselves. An effect is therefore never measured against the picking wave: it
enters as a separate column (ANCOVA), and the check (difference in differences) leaves it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from app.domain.disclosure import Pair
from app.scoring.multiple import marked
from app.scoring.regression import Coefficient, coefficient
from app.scoring.silences import silences_of
from app.scoring.studies import (
    AFTER,
    LEAST_BEFORE,
    Event,
    Line,
    Lots,
    Panel,
    Picked,
    Seen,
    Silence,
    Study,
    Unit,
    Units,
    Verdict,
)

Q = 0.1


def study(
    kind: str,
    picked: Picked,
    panel: Panel,
    events: Sequence[Event],
) -> Study:
    """Study one kind of event.

    `panel` holds the published waves of every pair by wave number (1, 2, 3 … in calendar order),
    `events` all events of all kinds.
    """
    trusted = {pair: _trusted(waves) for pair, waves in panel.items()}
    first = _first_events(kind, events)
    spoilt = _spoilt(kind, events, first)
    first = {pair: at for pair, at in first.items() if pair not in spoilt}
    treated, left_out = _treated(trusted, first)
    controls = _controls(trusted, events, kind, treated)
    treated = _within(treated, controls)
    units = Units(treated, controls, _lines(trusted, treated, controls))
    return _judged(kind, picked, units, silences_of(units, events, kind, left_out))


def study_lots(kind: str, panel: Panel, events: Sequence[Event], draws: Sequence[Lots]) -> Study:
    """Study the lots of one kind: those drawn beside those with a blank, draw by draw.

    As assigned: a pair stays on the side where chance has put it, whether or not it had the
    contact, since who takes up an offer differs from who does not. A pair counts in its first draw
    only. `draws` come oldest first; the rest is as in `study`.
    """
    trusted = {pair: _trusted(waves) for pair, waves in panel.items()}
    assigned: dict[Pair, _Assigned] = {}
    for draw in draws:
        sides = dict.fromkeys(draw.blanks, False) | dict.fromkeys(draw.drawn, True)
        assigned |= {
            pair: _Assigned(draw.at, is_drawn)
            for pair, is_drawn in sides.items()
            if pair not in assigned
        }
    drawn, left_out = _treated(
        trusted, {pair: one.at for pair, one in assigned.items() if one.is_drawn}
    )
    blanks = [
        unit
        for pair, one in sorted(assigned.items())
        if not one.is_drawn
        and (unit := _unit(pair, trusted.get(pair, {}), one.at, is_treated=False)) is not None
    ]
    treated, controls = _within(drawn, blanks), _within(blanks, drawn)
    units = Units(treated, controls, _lines(trusted, treated, controls))
    return _judged(kind, Picked.BY_LOT, units, silences_of(units, events, kind, left_out))


@dataclass(frozen=True, slots=True)
class _Assigned:
    at: int
    is_drawn: bool


def _within(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    """Units with somebody on the other side in the same window."""
    windows = {unit.at for unit in others}
    return [unit for unit in units if unit.at in windows]


def _judged(kind: str, picked: Picked, found: Units, silences: tuple[Silence, ...]) -> Study:
    """What may be said of both groups."""
    effect = check = None
    verdict = Verdict.SILENT
    if picked is Picked.OTHERWISE:
        verdict, silences = Verdict.ACCOMPANIED, ()
    elif not silences:
        units = [*found.treated, *found.controls]
        effect, check = _ancova(units), _difference_in_differences(units)
        verdict = judge(effect, check)
    numbers = len(found.treated), len(found.controls)
    return Study(kind, picked, verdict, silences, *numbers, effect, check, found.lines)


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
) -> tuple[list[Unit], set[Silence]]:
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


def _unit(pair: Pair, waves: dict[int, Seen], at: int, *, is_treated: bool) -> Unit | None:
    before = [seen for number, seen in sorted(waves.items()) if number < at]
    after = [waves[number] for number in range(at + 1, at + 1 + AFTER) if number in waves]
    last = waves.get(at)
    if len(before) < LEAST_BEFORE or last is None or not after:
        return None
    return Unit(
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
    treated: Sequence[Unit],
) -> list[Unit]:
    """Untreated pairs, each in the window of one picking wave, so that none counts twice.

    A pair goes where controls are scarcest. A pair treated later serves until its own event, unless
    it is itself among those studied.
    """
    wanted = Counter(unit.at for unit in treated)
    studied = {unit.pair for unit in treated}
    given: Counter[int] = Counter()
    units = []
    for pair in sorted(panel.keys() - studied):
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


def _ancova(units: Sequence[Unit]) -> Coefficient:
    """Post on treatment, base and picking wave."""
    return coefficient(
        [unit.post for unit in units],
        [[float(unit.is_treated), unit.base, unit.last] for unit in units],
        [unit.at for unit in units],
    )


def _difference_in_differences(units: Sequence[Unit]) -> Coefficient:
    """Gain over the waves before the picking wave, which is left out."""
    return coefficient(
        [unit.post - unit.base for unit in units],
        [[float(unit.is_treated)] for unit in units],
        [unit.at for unit in units],
    )


def _lines(
    panel: Mapping[Pair, dict[int, Seen]], treated: Sequence[Unit], controls: Sequence[Unit]
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
    panel: Mapping[Pair, dict[int, Seen]], units: Sequence[Unit], distance: int
) -> list[float]:
    wanted = [(panel[unit.pair], unit.at + distance) for unit in units]
    return [waves[number].mean for waves, number in wanted if number in waves]
