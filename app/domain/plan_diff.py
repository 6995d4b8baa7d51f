"""Plans side by side: the figures people compare, and what changes from one plan to another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.breaches import Question, StayKey
from app.domain.refusals import N_

LONG_WAIT = 2


class ChangeKind(StrEnum):
    """What a new plan does to one person's stay."""

    REMOVED = "removed"
    SWITCHED = "switched"
    MOVED = "moved"
    ADDED = "added"


CHANGE_LABELS = {
    ChangeKind.REMOVED: N_("Stay removed"),
    ChangeKind.SWITCHED: N_("Other placement"),
    ChangeKind.MOVED: N_("Other start"),
    ChangeKind.ADDED: N_("New stay"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One person's stay before and after; one of the two may be None."""

    kind: ChangeKind
    person: str
    before: StayKey | None
    after: StayKey | None


def changes(before: Iterable[StayKey], after: Iterable[StayKey]) -> list[Change]:
    """What must be told to whom when `after` takes the place of `before`, by person."""
    old, new = _by_person(before), _by_person(after)
    found: list[Change] = []
    for person in sorted({*old, *new}):
        found += _changes_of(person, old[person] - new[person], new[person] - old[person])
    return found


def _by_person(stays: Iterable[StayKey]) -> defaultdict[str, set[StayKey]]:
    found: defaultdict[str, set[StayKey]] = defaultdict(set)
    for stay in stays:
        found[stay.person].add(stay)
    return found


def _changes_of(person: str, gone: set[StayKey], come: set[StayKey]) -> list[Change]:
    found = []
    same_place = {stay.placement: stay for stay in gone}
    for after in sorted(come):
        before = same_place.get(after.placement)
        if before is not None:
            gone, come = gone - {before}, come - {after}
            found.append(Change(ChangeKind.MOVED, person, before, after))
    lost, won = sorted(gone), sorted(come)
    pairs = min(len(lost), len(won))
    found += [
        Change(ChangeKind.SWITCHED, person, old, new)
        for old, new in zip(lost[:pairs], won[:pairs], strict=True)
    ]
    found += [Change(ChangeKind.REMOVED, person, old, None) for old in lost[pairs:]]
    found += [Change(ChangeKind.ADDED, person, None, new) for new in won[pairs:]]
    return found


@dataclass(frozen=True, slots=True)
class WaitGroup:
    """Of `people` who waited `rounds` rounds (2 means two or more), `placed` got a place."""

    rounds: int
    people: int
    placed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in figures. Ranks count from 1; None where nobody got a wish.

    `outside` are placed outside their wishes. `needs_covered` of `needs_wished` stays that pairs
    of teams wish for are there. `changed` counts people whose published stay changes.
    """

    people: int
    placed: int
    stays: int
    mean_rank: float | None
    worst_rank: int | None
    first_choices: int
    outside: int
    newcomers: int
    newcomers_placed: int
    waits: tuple[WaitGroup, ...]
    needs_wished: int
    needs_covered: int
    changed: int | None


def figures(question: Question, stays: Sequence[StayKey]) -> Figures:
    """The figures of a plan for a planning question."""
    ours = [stay for stay in stays if stay.person in question.people]
    placed = {stay.person for stay in ours}
    ranks = [rank for rank in (rank_of(question, stay) for stay in ours) if rank]
    new = {ident for ident, row in question.people.items() if row.get("never_rotated")}
    wished, covered = _needs(question, stays)
    return Figures(
        people=len(question.people),
        placed=len(placed),
        stays=len(stays),
        mean_rank=sum(ranks) / len(ranks) if ranks else None,
        worst_rank=max(ranks, default=None),
        first_choices=ranks.count(1),
        outside=len(ours) - len(ranks),
        newcomers=len(new),
        newcomers_placed=len(new & placed),
        waits=_waits(question, placed),
        needs_wished=wished,
        needs_covered=covered,
        changed=_changed(question, stays),
    )


def rank_of(question: Question, stay: StayKey) -> int:
    """Which wish a stay meets, 1 for the dearest; 0 for none."""
    wishes = list(question.people.get(stay.person, {}).get("preferences") or [])
    return wishes.index(stay.placement) + 1 if stay.placement in wishes else 0


def _waits(question: Question, placed: set[str]) -> tuple[WaitGroup, ...]:
    groups: dict[int, list[bool]] = defaultdict(list)
    for ident, row in question.people.items():
        groups[min(LONG_WAIT, int(row.get("waiting") or 0))].append(ident in placed)
    return tuple(WaitGroup(rounds, len(hits), sum(hits)) for rounds, hits in sorted(groups.items()))


def _needs(question: Question, stays: Iterable[StayKey]) -> tuple[int, int]:
    counts = Counter(
        (question.home(stay.person), question.host(stay.placement))
        for stay in stays
        if stay.placement in question.placements
    )
    pairs = [pair for pair in question.instance.get("pairs") or [] if pair.get("need")]
    wished = sum(int(pair.get("target") or 0) for pair in pairs)
    covered = sum(
        min(int(pair.get("target") or 0), counts[pair["home"], pair["host"]]) for pair in pairs
    )
    return wished, covered


def _changed(question: Question, stays: Sequence[StayKey]) -> int | None:
    if question.instance.get("published") is None:
        return None
    return len({change.person for change in changes(question.published, stays)})


def gap_percent(score: int | None, bound: int | None) -> float | None:
    """By how much at most a plan could be better, in per cent of the bound; None if unknown."""
    if score is None or bound is None:
        return None
    return 100 * max(0, bound - score) / max(1, abs(bound))
