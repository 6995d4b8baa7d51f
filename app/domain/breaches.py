"""The hard rules as facts a page can point at: who, where, when, how much too much.

The planner's independent checker decides whether a plan may be published; this module finds the
same breaches with their places, so that the board can mark bars and cells, and says what stands
in the way of one more stay. Documents are those of the planner's file formats.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.domain.diary import Diary

Document = Mapping[str, Any]
SEATS, GUESTS, AWAY = "capacity", "max_guests", "max_out"
BOOKED = "I3"  # nobody is in two places: the file does not know it, the house does
CELL_RULES = {SEATS: "H5", GUESTS: "H6", AWAY: "H7"}


class StayKey(NamedTuple):
    """One stay of a plan; `start` is a block."""

    person: str
    placement: str
    start: int


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One broken rule (H1 to H10, or BOOKED). `code` says which way; the rest where it applies.

    `used` of `limit` is what is taken of a limit in `block`; `detail` names a skill or a booking.
    """

    rule: str
    code: str
    person: str = ""
    placement: str = ""
    team: str = ""
    block: int = -1
    limit: int = -1
    used: int = -1
    detail: str = ""


class Question:
    """An instance document, indexed for quick answers; `diary` knows what people have booked."""

    def __init__(self, instance: Document, diary: Diary | None = None) -> None:
        self.instance = instance
        self.diary = diary or Diary()
        self.blocks = int(instance["blocks"])
        self.now = int(instance.get("now") or 0)
        self.gap = int(instance.get("min_gap") or 0)
        self.teams = {row["id"]: row for row in instance["teams"]}
        self.people = {row["id"]: row for row in instance["employees"]}
        self.placements = {row["id"]: row for row in instance["placements"]}
        self.pins: list[Document] = list(instance.get("pins") or [])
        self.pinned = {(pin["employee"], pin["placement"]) for pin in self.pins}
        self.forbids = {
            (row.get("employee"), row.get("placement"), row.get("host"))
            for row in instance.get("forbids") or []
        }
        self.pair_max = {
            (pair["home"], pair["host"]): int(pair["hard_max"])
            for pair in instance.get("pairs") or []
            if pair.get("hard_max") is not None
        }
        self.published = [
            StayKey(row["employee"], row["placement"], row["start"])
            for row in instance.get("published") or []
        ]
        self.started = {stay for stay in self.published if stay.start < self.now}

    def end(self, stay: StayKey) -> int:
        """The first block after a stay."""
        return stay.start + int(self.placements[stay.placement]["duration"])

    def span(self, stay: StayKey) -> range:
        """The blocks of a stay inside the horizon."""
        return range(max(0, stay.start), min(self.end(stay), self.blocks))

    def host(self, placement: str) -> str:
        """The host team of a placement."""
        return str(self.placements[placement]["host"])

    def home(self, person: str) -> str:
        """The home team of a person, empty for one who takes no part any more."""
        return str(self.people[person]["team"]) if person in self.people else ""

    def limits(self) -> Iterator[tuple[str, str, list[int]]]:
        """(kind, placement or team, limit per block) of everything that is limited."""
        for ident, place in self.placements.items():
            yield SEATS, ident, place["capacity"]
        for ident, team in self.teams.items():
            yield GUESTS, ident, team["max_guests"]
            yield AWAY, ident, team["max_out"]

    def cells(self, stay: StayKey) -> Iterator[tuple[str, str, int]]:
        """(kind, placement or team, block) of everything a stay takes one of."""
        home = self.home(stay.person)
        for block in self.span(stay):
            yield SEATS, stay.placement, block
            yield GUESTS, self.host(stay.placement), block
            if home:
                yield AWAY, home, block

    def is_whole(self, person: str, placement: str) -> bool:
        """Whether a stay would be full-time on site, so that nothing else fits beside it."""
        who, place = self.people[person], self.placements[placement]
        stays_home = place.get("remote_ok") and who.get("remote_ok") and not who.get("mobile")
        is_there = place.get("site") == who.get("site") or not stays_home
        return is_there and placement not in self.diary.part_time

    def is_forbidden(self, person: str, placement: str) -> bool:
        """Whether a forbid, of HR or of the person, speaks against the two."""
        host = self.host(placement)
        return any(
            (who, which, where) in self.forbids
            for who in (person, None)
            for which in (placement, None)
            for where in (host, None)
        )


def usage(question: Question, stays: Iterable[StayKey]) -> Counter[tuple[str, str, int]]:
    """How much of each cell the stays of a plan take."""
    taken: Counter[tuple[str, str, int]] = Counter()
    for stay in stays:
        if stay.placement in question.placements:
            taken.update(question.cells(stay))
    return taken


def breaches(question: Question, stays: Iterable[StayKey]) -> list[Breach]:
    """Every broken rule of a plan, sorted; empty exactly when the plan is allowed.

    Without a diary these are the rules of the file, as the independent checker judges them.
    """
    every = list(stays)
    found = [*_missing(question, every), *_crowded(question, every), *_pairs(question, every)]
    per_person: dict[str, list[StayKey]] = defaultdict(list)
    for stay in every:
        per_person[stay.person].append(stay)
        if stay not in question.started:
            found += misfits(question, stay)
    for own in per_person.values():
        found += clashes(question, own)
    return sorted(set(found))


def misfits(question: Question, stay: StayKey) -> Iterator[Breach]:
    """What speaks against one stay whatever the others do (H2, H3, H4, BOOKED)."""
    who, where = stay.person, stay.placement
    if who not in question.people or where not in question.placements:
        code = "unknown_person" if who not in question.people else "unknown_placement"
        yield Breach("H2", code, who, where)
        return
    yield from unfitting(question, who, where)
    yield from mistimed(question, stay)


def unfitting(question: Question, who: str, where: str) -> Iterator[Breach]:
    """What speaks against a known person at a known placement at any time (H2)."""
    person, place = question.people[who], question.placements[where]
    if place["host"] == person["team"]:
        yield Breach("H2", "own_team", who, where, place["host"])
    for skill in sorted(set(place.get("required_skills") or []) - set(person.get("skills") or [])):
        yield Breach("H2", "skill", who, where, detail=str(skill))
    if not _site_fits(person, place):
        yield Breach("H2", "site", who, where)
    if question.forbids and question.is_forbidden(who, where):
        yield Breach("H2", "forbid", who, where)
    if where not in (person.get("preferences") or []) and (who, where) not in question.pinned:
        yield Breach("H2", "not_wished", who, where)


def _site_fits(person: Document, place: Document) -> bool:
    is_remote = bool(place.get("remote_ok")) and bool(person.get("remote_ok"))
    return place.get("site") == person.get("site") or bool(person.get("mobile")) or is_remote


def mistimed(question: Question, stay: StayKey) -> Iterator[Breach]:
    """What speaks against a start of a known person at a known placement (H3, H4, BOOKED)."""
    person = question.people[stay.person]
    names = (stay.person, stay.placement)
    if stay.start not in question.placements[stay.placement]["starts"]:
        yield Breach("H3", "start", *names, block=stay.start)
    if question.end(stay) > question.blocks:
        yield Breach("H3", "horizon", *names, block=stay.start)
    if stay.start < question.now:
        yield Breach("H3", "past", *names, block=stay.start)
    notice = int(person.get("earliest_start") or 0)
    if stay.start < notice and stay not in question.published:
        yield Breach("H3", "notice", *names, block=stay.start, limit=notice)
    away = set(person.get("unavailable") or []) - set(question.diary.kept_off.get(stay.person, ()))
    for block in sorted(away.intersection(question.span(stay))):
        yield Breach("H4", "unavailable", *names, block=block)
    if question.is_whole(stay.person, stay.placement):
        for one, block in question.diary.meanwhile(stay.person, question.span(stay)):
            yield Breach(BOOKED, one.activity, *names, block=block, detail=one.key)


def clashes(question: Question, own: list[StayKey]) -> Iterator[Breach]:
    """What speaks against the stays of one person side by side (H1)."""
    fresh = [stay for stay in own if stay not in question.started]
    person = question.people.get(own[0].person) if own else None
    most = int((person or {}).get("max_rotations") or 1)
    if person is not None and fresh and len(own) > most:
        yield Breach("H1", "max_rotations", own[0].person, limit=most, used=len(own))
    ordered = sorted(own, key=lambda stay: stay.start)
    for index, second in enumerate(ordered):
        for first in ordered[:index]:
            yield from _clash(question, first, second)


def _clash(question: Question, first: StayKey, second: StayKey) -> Iterator[Breach]:
    if first.placement == second.placement:
        yield Breach("H1", "twice", second.person, second.placement)
        return
    if first.placement not in question.placements or {first, second} <= question.started:
        return
    if second.start < question.end(first) + question.gap:
        yield Breach("H1", "overlap", second.person, second.placement, block=second.start)


def _crowded(question: Question, stays: list[StayKey]) -> Iterator[Breach]:
    taken = usage(question, stays)
    fresh = usage(question, (stay for stay in stays if stay not in question.started))
    for kind, owner, limits in question.limits():
        for block, limit in enumerate(limits):
            used = taken[kind, owner, block]
            if used > limit and fresh[kind, owner, block]:
                yield _cell_breach(kind, owner, block, (limit, used))


def _cell_breach(kind: str, owner: str, block: int, taken: tuple[int, int]) -> Breach:
    limit, used = taken
    placement, team = (owner, "") if kind == SEATS else ("", owner)
    return Breach(CELL_RULES[kind], kind, "", placement, team, block, limit, used)


def _missing(question: Question, stays: list[StayKey]) -> Iterator[Breach]:
    """Pins that do not hold (H8) and begun stays that are gone (H10)."""
    starts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for stay in stays:
        starts[stay.person, stay.placement].append(stay.start)
    for pin in question.pins:
        got = starts[pin["employee"], pin["placement"]]
        wanted = pin.get("start")
        if not got or (wanted is not None and wanted not in got):
            block = -1 if wanted is None else wanted
            yield Breach("H8", "pin", pin["employee"], pin["placement"], block=block)
    for stay in sorted(question.started - set(stays)):
        yield Breach("H10", "started", stay.person, stay.placement, block=stay.start)


def _pairs(question: Question, stays: list[StayKey]) -> Iterator[Breach]:
    known = [stay for stay in stays if stay.placement in question.placements]
    counts = Counter((question.home(stay.person), question.host(stay.placement)) for stay in known)
    begun = Counter(
        (question.home(stay.person), question.host(stay.placement))
        for stay in known
        if stay in question.started
    )
    for pair in question.instance.get("pairs") or []:
        home, host = pair["home"], pair["host"]
        count, least, most = counts[home, host], pair.get("hard_min"), pair.get("hard_max")
        if least is not None and count < least:
            yield Breach("H9", "pair_min", team=host, limit=least, used=count, detail=home)
        if most is not None and count > max(most, begun[home, host]):
            yield Breach("H9", "pair_max", team=host, limit=most, used=count, detail=home)


class Crowd:
    """The stays of a plan with what they take, counted once for many questions."""

    def __init__(self, question: Question, stays: Iterable[StayKey]) -> None:
        self.stays = list(stays)
        self.taken = usage(question, self.stays)
        self.pairs = Counter(
            (question.home(stay.person), question.host(stay.placement))
            for stay in self.stays
            if stay.placement in question.placements
        )
        self.of_person: dict[str, list[StayKey]] = defaultdict(list)
        for stay in self.stays:
            self.of_person[stay.person].append(stay)


def in_the_way(question: Question, crowd: Crowd, wanted: StayKey) -> list[Breach]:
    """What would break if `wanted` joined a crowd: nothing means that it fits."""
    found = list(misfits(question, wanted))
    if found and found[0].code.startswith("unknown"):
        return found
    return sorted({*found, *crowded_out(question, crowd, wanted)})


def crowded_out(question: Question, crowd: Crowd, wanted: StayKey) -> Iterator[Breach]:
    """What a crowd leaves no room for: own stays, seats, buddies, members, the pair's limit."""
    own = crowd.of_person.get(wanted.person)
    yield from clashes(question, [*own, wanted]) if own else ()
    for kind, owner, block in question.cells(wanted):
        limit, used = _limit_of(question, kind, owner)[block], crowd.taken[kind, owner, block]
        if used >= limit:
            yield _cell_breach(kind, owner, block, (limit, used))
    home, host = question.home(wanted.person), question.host(wanted.placement)
    most = question.pair_max.get((home, host))
    if most is not None and crowd.pairs[home, host] >= most:
        used = crowd.pairs[home, host]
        yield Breach("H9", "pair_max", team=host, limit=most, used=used, detail=home)


def _limit_of(question: Question, kind: str, owner: str) -> list[int]:
    row = question.placements[owner] if kind == SEATS else question.teams[owner]
    limits: list[int] = row[kind]
    return limits
