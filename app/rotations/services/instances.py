"""A round as the planner sees it: rows become a document of the format rotation-instance/1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.domain import plan_keys as keys
from app.domain.diary import Diary
from app.domain.fairness import history_of
from app.domain.horizon import Horizon
from app.domain.stays import LIVE
from app.domain.weights import objective
from app.rotations.models import PlacementState, Round, RuleKind, StayState
from app.rotations.queries.instances import RoundFacts, facts_of
from app.rotations.services import booked
from app.rotations.services.booked import Spans

Document = dict[str, Any]
FORMAT = "rotation-instance/1"
IN_FORCE = (*LIVE, StayState.ENDED)


def horizon_of(round_: Round) -> Horizon:
    """The blocks of a round as days."""
    return Horizon(round_.starts_on, round_.blocks, round_.block_weeks)


@dataclass(frozen=True, slots=True)
class Asked:
    """A planning question as a file, and beside it what people have booked.

    The file knows of bookings only the blocks that are `unavailable` because of them.
    """

    instance: Document
    diary: Diary


def export(
    session: Session, round_: Round, *, today: date, settings: Mapping[str, Any] | None = None
) -> Document:
    """The planning question of a round as things stand on `today`; see `asked`."""
    return asked(session, round_, today=today, settings=settings).instance


def asked(
    session: Session, round_: Round, *, today: date, settings: Mapping[str, Any] | None = None
) -> Asked:
    """The planning question of a round as things stand on `today`, and the bookings beside it.

    Only submitted and endorsed applications take part. `settings` are a scenario's weights in
    words (see app.domain.weights), which override the round's. Eighteen statements.
    """
    facts = facts_of(session, round_)
    horizon, people = horizon_of(round_), _people(facts)
    bookings = booked.bookings_of(facts)
    days_off = booked.days_off(facts, bookings)
    first = _first_starts(round_, people, today)
    closed = _unavailable(facts, horizon, people, days_off)
    begins = {ident: max(start, horizon.begun(today)) for ident, start in first.items()}
    diary = booked.diary_of(facts, round_, people, bookings, closed, begins)
    instance = {
        **_head(round_, horizon, today),
        "teams": _teams(facts, horizon, days_off),
        "employees": _employees(facts, round_, people, first, _off(closed, diary)),
        "placements": _placements(facts, round_),
        "pairs": _pairs(facts),
        "pins": _pins(facts, people),
        "forbids": _forbids(facts, people),
        "published": _published(facts),
        "objective": objective(round_.weights, settings or {}),
    }
    return Asked(instance, diary)


def _head(round_: Round, horizon: Horizon, today: date) -> Document:
    return {
        "format": FORMAT,
        "name": round_.name,
        "seed": round_.seed,
        "blocks": round_.blocks,
        "block_unit": f"{round_.block_weeks} weeks",
        "now": horizon.begun(today),
        "min_gap": round_.gap_blocks,
    }


def _first_starts(round_: Round, people: Mapping[int, Any], today: date) -> dict[int, int]:
    """Person → the first block that leaves the notice period."""
    return {
        ident: _earliest_start(round_, today, waived=row.notice_waived)
        for ident, row in people.items()
    }


def _off(closed: Mapping[int, set[int]], diary: Diary) -> dict[int, set[int]]:
    """The blocks a person is unavailable in: closed ones, and those bookings keep them off."""
    return {
        ident: blocks | set(diary.kept_off.get(keys.person(ident), ()))
        for ident, blocks in closed.items()
    }


def _people(facts: RoundFacts) -> dict[int, Any]:
    """Who takes part: everybody endorsed except those who left or asked to be left out."""
    out = {stay.person_id for stay in facts.stays if stay.id in facts.refused_by_person}
    out |= {stay.person_id for stay in facts.stays if stay.state is StayState.ENDED_EARLY}
    return {row.person_id: row for row in facts.applicants if row.person_id not in out}


def _teams(facts: RoundFacts, horizon: Horizon, days_off: Spans) -> list[Document]:
    closed = _closed(facts, horizon)
    members = _members_per_block(facts, horizon)
    away = _away_per_block(facts, horizon, days_off)
    guests: dict[int, list[int]] = defaultdict(lambda: [0] * horizon.blocks)
    for stay in facts.other_stays:
        for block in horizon.touched_by(stay.starts_on, stay.ends_on):
            guests[stay.host_team_id][block] += 1

    found = []
    for team in facts.teams:
        there = members[team.id]
        gone = [len(there[block] & away[block]) for block in range(horizon.blocks)]
        found.append(
            {
                "id": keys.team(team.id),
                "function": keys.team(team.department_id).replace("t", "d"),
                "site": keys.site(team.site_id),
                "headcount": max((len(block) for block in there), default=0),
                "max_out": [
                    0 if b in closed[team.id] else max(0, len(there[b]) - least - gone[b])
                    for b, least in enumerate([team.minimum_present] * horizon.blocks)
                ],
                "max_guests": [
                    0 if b in closed[team.id] else max(0, team.guest_limit - guests[team.id][b])
                    for b in range(horizon.blocks)
                ],
            }
        )
    return found


def _closed(facts: RoundFacts, horizon: Horizon) -> dict[int, set[int]]:
    closed: dict[int, set[int]] = defaultdict(set)
    for row in facts.blackouts:
        closed[row.team_id].update(horizon.touched_by(row.starts_on, row.ends_on))
    return closed


def _members_per_block(facts: RoundFacts, horizon: Horizon) -> dict[int, list[set[int]]]:
    """Team → per block the people whose home it is when the block begins."""
    found: dict[int, list[set[int]]] = defaultdict(lambda: [set() for _ in range(horizon.blocks)])
    for row in facts.members:
        ends = [day for day in (row.ends_on, row.left_on) if day is not None]
        for block in horizon.touched_by(row.starts_on, min(ends, default=None)):
            found[row.team_id][block].add(row.person_id)
    return found


def _away_per_block(facts: RoundFacts, horizon: Horizon, days_off: Spans) -> list[set[int]]:
    """Per block who is away anyway: for at least half of it, or on another round's stay."""
    away: list[set[int]] = [set() for _ in range(horizon.blocks)]
    working = {row.person_id: row.working_days for row in facts.members}
    for person, spans in days_off.items():
        for block in horizon.mostly_away(spans, working.get(person, "12345")):
            away[block].add(person)
    for stay in facts.other_stays:
        for block in horizon.touched_by(stay.starts_on, stay.ends_on):
            away[block].add(stay.person_id)
    return away


def _employees(
    facts: RoundFacts,
    round_: Round,
    people: Mapping[int, Any],
    first: Mapping[int, int],
    off: Mapping[int, set[int]],
) -> list[Document]:
    """Who takes part; `first` is the first start of each, `off` the blocks they cannot be away."""
    offered = {row.id for row in facts.placements if row.state is PlacementState.OFFERED}
    wishes: dict[int, list[int]] = defaultdict(list)
    for choice in facts.choices:
        if choice.placement_id in offered:
            wishes[choice.person_id].append(choice.placement_id)
    skills: dict[int, list[int]] = defaultdict(list)
    for row in facts.skills:
        skills[row.person_id].append(row.skill_id)
    histories = history_of((row.person_id, row.placed, row.rank) for row in facts.outcomes)

    return [
        {
            "id": keys.person(ident),
            "team": keys.team(row.home_team_id),
            "site": keys.site(row.site_id),
            "remote_ok": row.remote_ok,
            "mobile": row.mobile,
            "skills": [keys.skill(skill) for skill in sorted(skills[ident])],
            "unavailable": sorted(off[ident]),
            "earliest_start": first[ident],
            "max_rotations": round_.max_rotations,
            "waiting": histories[ident].waiting,
            "never_rotated": ident not in facts.rotated,
            "rank_debt": histories[ident].rank_debt,
            "same_site_wish": row.same_site_wish,
            "preferences": [keys.placement(wish) for wish in wishes[ident]],
        }
        for ident, row in people.items()
    ]


def _unavailable(
    facts: RoundFacts, horizon: Horizon, people: Mapping[int, Any], days_off: Spans
) -> dict[int, set[int]]:
    """Per person the blocks they cannot be away in: own window, days off, other stays, leaving."""
    closed: dict[int, set[int]] = defaultdict(set)
    for ident, row in people.items():
        closed[ident] = horizon.closed_outside(row.earliest_on, row.latest_on)
        closed[ident] |= horizon.mostly_away(days_off.get(ident, ()), row.working_days)
        if row.left_on is not None:
            closed[ident] |= set(horizon.touched_by(row.left_on, None))
    for stay in facts.other_stays:
        closed[stay.person_id].update(horizon.touched_by(stay.starts_on, stay.ends_on))
    return closed


def _earliest_start(round_: Round, today: date, *, waived: bool) -> int:
    """The first block that leaves the notice period, counted from the day people are told."""
    horizon = horizon_of(round_)
    if waived:
        return horizon.first_start(today)
    told_on = today if round_.published_at is not None else max(today, round_.publish_on)
    return horizon.first_start(told_on + timedelta(weeks=round_.notice_weeks))


def _placements(facts: RoundFacts, round_: Round) -> list[Document]:
    required: dict[int, list[int]] = defaultdict(list)
    for row in facts.placement_skills:
        required[row.placement_id].append(row.skill_id)
    return [
        {
            "id": keys.placement(row.id),
            "host": keys.team(row.host_team_id),
            "role": row.title,
            "site": keys.site(row.site_id),
            "remote_ok": row.remote_ok,
            "duration": row.duration,
            "starts": list(booked.starts_of(row, round_)),
            "capacity": [row.seats] * round_.blocks,
            "required_skills": [keys.skill(skill) for skill in sorted(required[row.id])],
        }
        for row in facts.placements
    ]


def _pairs(facts: RoundFacts) -> list[Document]:
    return [
        {
            "home": keys.team(row.home_team_id),
            "host": keys.team(row.host_team_id),
            "need": row.need,
            "target": row.target,
            "hard_min": row.hard_min,
            "hard_max": row.hard_max,
        }
        for row in facts.pairs
    ]


def _pins(facts: RoundFacts, people: Mapping[int, Any]) -> list[Document]:
    offered = {row.id for row in facts.placements if row.state is PlacementState.OFFERED}
    return [
        {
            "employee": keys.person(row.person_id),
            "placement": keys.placement(row.placement_id),
            "start": row.start,
        }
        for row in facts.rules
        if row.kind is RuleKind.PIN and row.person_id in people and row.placement_id in offered
    ]


def _forbids(facts: RoundFacts, people: Mapping[int, Any]) -> list[Document]:
    """HR's forbids, the private wishes not to go somewhere, and stays that were refused once.

    Nothing in the document tells the three apart.
    """
    found: dict[tuple[int, int | None, int | None], None] = {}
    known = {row.id for row in facts.placements}
    for row in facts.rules:
        if row.kind is RuleKind.FORBID and (row.placement_id is None or row.placement_id in known):
            found[row.person_id, row.placement_id, row.host_team_id] = None
    for row in facts.avoidances:
        found.update(dict.fromkeys(_avoided(facts, row)))
    for stay in facts.stays:
        if stay.state is StayState.DECLINED:
            found[stay.person_id, stay.placement_id, None] = None
    return [
        {
            "employee": keys.person(person),
            "placement": None if place is None else keys.placement(place),
            "host": None if host is None else keys.team(host),
        }
        for person, place, host in found
        if person in people
    ]


def _avoided(facts: RoundFacts, row: Any) -> list[tuple[int, int | None, int | None]]:
    """What "not there" and "not with" close: a host; a home team and what somebody is buddy of."""
    if row.team_id is not None:
        return [(row.person_id, None, row.team_id)]
    homes = {member.team_id for member in facts.members if member.person_id == row.avoided_id}
    led = [place.id for place in facts.placements if place.buddy_id == row.avoided_id]
    return [
        *((row.person_id, None, home) for home in sorted(homes)),
        *((row.person_id, place, None) for place in led),
    ]


def _published(facts: RoundFacts) -> list[Document] | None:
    """The stays in force; None before the first publishing."""
    if not facts.stays:
        return None
    return [
        {
            "employee": keys.person(stay.person_id),
            "placement": keys.placement(stay.placement_id),
            "start": stay.start_block,
        }
        for stay in facts.stays
        if stay.state in IN_FORCE
    ]
