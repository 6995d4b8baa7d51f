"""Why somebody has this place, another one or none, and what it would take: from a plan as it is.

Works on plans moved by hand as well as on computed ones, because it only looks at the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.breaches import (
    Breach,
    Crowd,
    Question,
    StayKey,
    crowded_out,
    mistimed,
    unfitting,
)
from app.domain.diary import Activity
from app.domain.plan_diff import rank_of

GIVEN_BACK = frozenset(Activity)  # bookings somebody can give back or hand over
NEGOTIABLE = frozenset({"capacity", "max_guests", "max_out", "pair_max"}) | GIVEN_BACK
OWN_STAYS = frozenset({"max_rotations", "overlap", "twice"})


@dataclass(frozen=True, slots=True)
class Option:
    """One placement for one person at its most promising start (None: it has no start left).

    `rank` is 1 for the dearest wish, 0 for none; `obstacles` is empty when it would fit as it is.
    """

    person: str
    placement: str
    rank: int
    start: int | None
    obstacles: tuple[Breach, ...]

    @property
    def is_free(self) -> bool:
        """Whether the person could be put there at once without breaking a rule."""
        return self.start is not None and not self.obstacles

    @property
    def takes(self) -> tuple[Breach, ...] | None:
        """The limits that one more would solve, or None where no limit helps.

        Raising each of them by one, and giving each booking among them back, places the person
        there and leaves everybody else where they are: nobody is worse off.
        """
        if self.start is None or any(b.code not in NEGOTIABLE for b in self.obstacles):
            return None
        return self.obstacles


def wishes(question: Question, crowd: Crowd, person: str) -> list[Option]:
    """The person's wishes, dearest first, each judged as if the person held no stay to come."""
    others = _without(question, crowd, person)
    wished = question.people.get(person, {}).get("preferences") or []
    return [_best_option(question, others, person, place) for place in wished]


def _without(question: Question, crowd: Crowd, person: str) -> Crowd:
    """The same crowd without the stays the person could still give up."""
    given_up = set(crowd.of_person.get(person, ())) - question.started
    if not given_up:
        return crowd
    return Crowd(question, (stay for stay in crowd.stays if stay not in given_up))


def _best_option(question: Question, others: Crowd, person: str, placement: str) -> Option:
    rank = rank_of(question, StayKey(person, placement, 0))
    always = list(unfitting(question, person, placement))
    tried = []
    for start in question.placements[placement]["starts"]:
        stay = StayKey(person, placement, start)
        now = [*mistimed(question, stay), *crowded_out(question, others, stay)]
        tried.append(Option(person, placement, rank, start, tuple(sorted({*always, *now}))))
    if not tried:
        return Option(person, placement, rank, None, ())
    return min(tried, key=_hardness)


def _hardness(option: Option) -> tuple[int, int, int]:
    """A start that needs only limits raised comes before one that rules forbid for good."""
    firm = sum(breach.code not in NEGOTIABLE for breach in option.obstacles)
    return firm, len(option.obstacles), option.start or 0


def cheapest(options: Iterable[Option]) -> Option | None:
    """The option that takes the fewest limits raised; None where no limit would help."""
    open_ones = [option for option in options if option.takes]
    return min(open_ones, key=lambda o: (len(o.obstacles), o.rank or 99), default=None)


def candidates(question: Question, crowd: Crowd, placement: str) -> list[Option]:
    """Who wished for a placement and does not have it: those who could have it at once first.

    People who hold another stay are judged as if they gave it up; the caller shows what it is.
    """
    has = {stay.person for stay in crowd.stays if stay.placement == placement}
    asked = [
        ident
        for ident, row in question.people.items()
        if placement in (row.get("preferences") or []) and ident not in has
    ]
    found = [
        _best_option(question, _without(question, crowd, ident), ident, placement)
        for ident in asked
    ]
    return sorted(found, key=lambda o: (not o.is_free, len(o.obstacles), o.rank, o.person))


def free_seats(question: Question, crowd: Crowd) -> dict[str, list[int]]:
    """Placement → seats nobody has taken, per block; only where a stay could lie at all."""
    found: dict[str, list[int]] = {}
    for ident, place in question.placements.items():
        reach = {
            block
            for start in place["starts"]
            for block in range(start, start + int(place["duration"]))
        }
        found[ident] = [
            max(0, seats - crowd.taken["capacity", ident, block]) if block in reach else 0
            for block, seats in enumerate(place["capacity"])
        ]
    return found
