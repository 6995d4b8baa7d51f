"""What people have booked while a round runs, as the planning question and its pages need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.agenda.models import CommitmentKind
from app.domain import plan_keys as keys
from app.domain.diary import (
    Activity,
    Booked,
    Diary,
    Reach,
    days_away,
    days_of,
    kept_off,
    touched,
)
from app.domain.horizon import Horizon
from app.domain.stays import LIVE
from app.domain.timespan import ONE_DAY, Timespan
from app.rotations.models import PlacementState, Round, RuleKind
from app.rotations.queries.instances import RoundFacts

WHOLE = 100
Spans = dict[int, list[tuple[date, date]]]


@dataclass(frozen=True, slots=True)
class Bookings:
    """Booked times by person, and the days on which they keep people from their team.

    `soft` are those that only warn.
    """

    of: Mapping[int, list[Booked]]
    away: Mapping[int, Collection[date]]
    soft: Mapping[int, list[Booked]]


def bookings_of(facts: RoundFacts) -> Bookings:
    """The booked times of everybody around a round."""
    found: dict[int, list[Booked]] = defaultdict(list)
    soft: dict[int, list[Booked]] = defaultdict(list)
    zones: dict[int, ZoneInfo] = {}
    for row in facts.bookings:
        zone = zones.setdefault(row.person_id, ZoneInfo(row.zone))
        span = Timespan(row.starts_at, row.ends_at)
        one = Booked(
            key=keys.commitment(row.id),
            activity=_activity(row),
            title=row.title,
            span=span,
            days=days_of(span, zone),
            path=row.path,
            hard=row.hard,
        )
        (found if row.hard else soft)[row.person_id].append(one)
    away = {person: days_away(times, zones[person]) for person, times in found.items()}
    return Bookings(found, away, soft)


def _activity(row: Any) -> Activity:
    if row.kind is CommitmentKind.SESSION:
        return Activity.TRAINING
    if row.kind is CommitmentKind.TEACHING:
        return Activity.TEACHING
    return Activity.HOST if row.host_id == row.person_id else Activity.GUEST


def days_off(facts: RoundFacts, bookings: Bookings) -> Spans:
    """Person → spans of days on which the home team does without them: absent, or booked."""
    found: Spans = defaultdict(list)
    for row in facts.absences:
        found[row.person_id].append((row.starts_on, row.ends_on))
    for person, days in bookings.away.items():
        found[person] += [(day, day + ONE_DAY) for day in sorted(days)]
    return found


def diary_of(
    facts: RoundFacts,
    round_: Round,
    people: Mapping[int, Any],
    bookings: Bookings,
    closed: Mapping[int, Collection[int]],
    first_starts: Mapping[int, int],
) -> Diary:
    """What the pages need beside the question; `closed` are blocks closed without bookings.

    `first_starts` are the blocks from which each person may begin.
    """
    horizon = Horizon(round_.starts_on, round_.blocks, round_.block_weeks)
    wished = _wished(facts, round_)
    off: dict[str, Collection[int]] = {}
    blocks: dict[str, range] = {}
    for person, times in bookings.of.items():
        blocks |= {one.key: horizon.touched_by(one.days.start, one.days.end) for one in times}
        if person in people:
            reaches = _reaches(people[person], wished[person], first_starts[person])
            busy = touched(horizon, times)
            off[keys.person(person)] = kept_off(busy, reaches, closed=closed[person])
    return Diary(
        booked={keys.person(person): times for person, times in bookings.of.items()},
        blocks=blocks,
        kept_off=off,
        part_time=frozenset(
            keys.placement(row.id) for row in facts.placements if row.share < WHOLE
        ),
        soft={keys.person(person): times for person, times in bookings.soft.items()},
    )


@dataclass(frozen=True, slots=True)
class _Wished:
    """A placement a person could be planned into; `fixed` starts are not for us to question."""

    placement: Any
    starts: range
    fixed: int | None = None


def _wished(facts: RoundFacts, round_: Round) -> dict[int, list[_Wished]]:
    """Wishes, pins and published stays to come, by person."""
    places = {row.id: row for row in facts.placements}
    found: dict[int, list[_Wished]] = defaultdict(list)
    for person, placement, start in (
        *((row.person_id, row.placement_id, None) for row in facts.choices),
        *((row.person_id, row.placement_id, row.start) for row in _pins(facts)),
        *((row.person_id, row.placement_id, row.start_block) for row in _in_force(facts)),
    ):
        if placement in places:
            place = places[placement]
            found[person].append(_Wished(place, starts_of(place, round_), start))
    return found


def _pins(facts: RoundFacts) -> Iterable[Any]:
    return (row for row in facts.rules if row.kind is RuleKind.PIN)


def _in_force(facts: RoundFacts) -> Iterable[Any]:
    return (row for row in facts.stays if row.state in LIVE)


def _reaches(person: Any, wished: Iterable[_Wished], first: int) -> list[Reach]:
    found = []
    for one in wished:
        later = range(max(one.starts.start, first), max(one.starts.stop, first))
        starts = later if one.fixed is None else [one.fixed]
        found.append(Reach(starts, one.placement.duration, _is_whole(person, one.placement)))
    return found


def _is_whole(person: Any, place: Any) -> bool:
    """As `stays.opening.is_on_site`, and all of the working time."""
    stays_at_home = place.remote_ok and person.remote_ok and not person.mobile
    is_there = place.site_id == person.site_id or not stays_at_home
    return is_there and place.share == WHOLE


def starts_of(row: Any, round_: Round) -> range:
    """When a placement may begin; a withdrawn one never, it only stands there for begun stays."""
    if row.state is not PlacementState.OFFERED:
        return range(0)
    last = min(row.last_start, round_.blocks - row.duration)
    return range(row.first_start, last + 1)
