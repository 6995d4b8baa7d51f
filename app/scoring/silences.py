"""When not to say anything about an effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from app.scoring.studies import AFTER, LEAST_PAIRS, Event, Silence, Unit, Units

ONE_TEAM_SHARE = 1 / 3
OTHERS_SHARE = 0.2
MOVED = 0.25


def silences_of(
    units: Units, events: Sequence[Event], kind: str, left_out: set[Silence]
) -> tuple[Silence, ...]:
    """Every reason not to report, in the order of their names above."""
    treated, controls = units.treated, units.controls
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
    if any(_response_move(group) > MOVED for group in (treated, controls)):
        found.add(Silence.RESPONSE_MOVED)
    if len(frozenset[str]().union(*(unit.instruments for unit in [*treated, *controls]))) > 1:
        found.add(Silence.INSTRUMENT_CHANGED)
    return tuple(reason for reason in Silence if reason in found)


def _largest_team_share(treated: Sequence[Unit]) -> float:
    teams = Counter(team for unit in treated for team in set(unit.pair))
    return max(teams.values()) / len(treated)


def _share_with_others(treated: Sequence[Unit], events: Sequence[Event], kind: str) -> float:
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


def _response_move(units: Sequence[Unit]) -> float:
    if not units:
        return 0.0
    return abs(fmean(unit.response[1] - unit.response[0] for unit in units))
