"""Which choices can never be met, and why: the planner's static rules, told before applying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain.horizon import MONDAY_TO_FRIDAY, Horizon


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a person brings. `earliest` is the first block the notice allows.

    `away` are blocks the person cannot be anywhere, `avoided` host teams ruled out.
    """

    team_id: int | None
    site_id: int
    skills: frozenset[int] = frozenset()
    mobile: bool = False
    remote_ok: bool = False
    earliest: int = 0
    away: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """What a placement asks for; it may begin in blocks `first_start` to `last_start`.

    `closed` are the blocks in which its host team takes nobody in.
    """

    host_team_id: int
    site_id: int
    duration: int
    first_start: int
    last_start: int
    remote_ok: bool = False
    required: frozenset[int] = frozenset()
    closed: frozenset[int] = field(default=frozenset())


def earliest_block(
    horizon: Horizon, *, publish_on: date, notice_weeks: int, earliest_on: date | None, waived: bool
) -> int:
    """The first block a person may begin in: after the notice, unless waived, and as wished."""
    noticed = publish_on if waived else publish_on + timedelta(weeks=notice_weeks)
    return horizon.first_start(max(noticed, earliest_on or noticed))


def away_blocks(
    horizon: Horizon,
    *,
    latest_on: date | None,
    absences: Iterable[tuple[date, date]] = (),
    working_days: str = MONDAY_TO_FRIDAY,
) -> frozenset[int]:
    """Blocks that reach past the person's last possible day, or are mostly an absence.

    `latest_on` is the first day on which the person must be back.
    """
    late = horizon.closed_outside(None, latest_on)
    return frozenset(late | horizon.mostly_away(absences, working_days))


def static_reasons(candidate: Candidate, place: Place, *, blocks: int) -> tuple[str, ...]:
    """Why this person can never have this placement; empty when it is possible.

    The names are the planner's: own_team, skill:<id>, site, forbid, and, where no start is
    left, what stands against the starts: start, notice, unavailable:<block>, blackout.
    """
    reasons = ["own_team"] if place.host_team_id == candidate.team_id else []
    reasons += [f"skill:{skill}" for skill in sorted(place.required - candidate.skills)]
    if not _site_fits(candidate, place):
        reasons.append("site")
    if place.host_team_id in candidate.avoided:
        reasons.append("forbid")
    return tuple(reasons) + _time_reasons(candidate, place, blocks)


def possible_starts(candidate: Candidate, place: Place, *, blocks: int) -> tuple[int, ...]:
    """The blocks in which this person could begin there, as far as time alone decides."""
    return tuple(
        start
        for start in range(place.first_start, place.last_start + 1)
        if not _start_reasons(candidate, place, start, blocks)
    )


def _site_fits(candidate: Candidate, place: Place) -> bool:
    same = place.site_id == candidate.site_id
    return same or candidate.mobile or (place.remote_ok and candidate.remote_ok)


def _time_reasons(candidate: Candidate, place: Place, blocks: int) -> tuple[str, ...]:
    """Nothing when one start works; otherwise each reason once, in a fixed order."""
    starts = range(place.first_start, place.last_start + 1)
    found = [_start_reasons(candidate, place, start, blocks) for start in starts]
    if any(not reasons for reasons in found):
        return ()
    return tuple(dict.fromkeys(reason for reasons in found for reason in reasons)) or ("start",)


def _start_reasons(candidate: Candidate, place: Place, start: int, blocks: int) -> list[str]:
    span = range(start, start + place.duration)
    reasons = ["start"] if span.stop > blocks else []
    if start < candidate.earliest:
        reasons.append("notice")
    reasons += [f"unavailable:{block}" for block in span if block in candidate.away]
    if place.closed.intersection(span):
        reasons.append("blackout")
    return reasons
