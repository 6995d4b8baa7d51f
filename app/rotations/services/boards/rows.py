"""The rows of the board: people or placements against blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain import plan_keys as keys
from app.domain.board import HUES, Bar, Load, lanes
from app.domain.breach_words import Told, broken, in_the_way
from app.domain.breaches import AWAY, BOOKED, GUESTS, SEATS, Breach, StayKey, usage
from app.domain.plan_diff import rank_of
from app.rotations.models import RuleKind
from app.rotations.services.boards.scene import Scene


@dataclass(frozen=True, slots=True)
class StayBar:
    """One stay as a bar. `hue` is the host team's colour, `rank` the wish it meets (0: none)."""

    person_id: int
    placement_id: int
    start: int
    person: str
    placement: str
    host: str
    hue: int
    rank: int
    is_pinned: bool
    is_begun: bool
    problems: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """`span` blocks of a lane from `start` on: a bar, or an empty block that may be closed."""

    start: int
    span: int
    bar: StayBar | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A person or a placement with its lanes; `problems` without a bar stand at the heading."""

    id: int
    name: str
    note: str
    rank: int
    lanes: list[list[Cell]]
    problems: tuple[Told, ...] = ()
    is_placed: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether anything in the row breaks a rule."""
        bars = (cell.bar for lane in self.lanes for cell in lane if cell.bar)
        return bool(self.problems) or any(bar.problems for bar in bars)


@dataclass(frozen=True, slots=True)
class Section:
    """A team's rows under what is taken of its limit per block."""

    team_id: int
    title: str
    department: str
    loads: list[Load]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are shown: of one team, only people without a place, only broken ones."""

    team_id: int | None = None
    only: str = ""  # "unplaced", "broken" or empty

    def shows(self, row: Row) -> bool:
        """Whether a row passes."""
        if self.only == "unplaced":
            return not row.is_placed
        return self.only != "broken" or row.is_broken


class Drawing:
    """Draws a scene; looks everything up once, so that 200 people cost no more than their rows."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.question = scene.question
        self._hues = {ident: order % HUES for order, ident in enumerate(sorted(scene.cast.teams))}
        self._pinned = {
            (rule.person_id, rule.placement_id) for rule in scene.rules if rule.kind is RuleKind.PIN
        }
        self._problems = self._by_stay()
        self._taken = usage(scene.question, scene.stays)

    def _by_stay(self) -> dict[StayKey | str, list[Breach]]:
        """Breaches by the stay they concern, or by person where no stay shows them."""
        found: dict[StayKey | str, list[Breach]] = defaultdict(list)
        for breach in self.scene.breaches:
            hit = [stay for stay in self.scene.stays if self._concerns(breach, stay)]
            for stay in hit:
                found[stay].append(breach)
            if not hit and breach.person:
                found[breach.person].append(breach)
        return found

    def _concerns(self, breach: Breach, stay: StayKey) -> bool:
        if breach.person:
            return stay.person == breach.person and breach.placement in ("", stay.placement)
        if stay.placement not in self.question.placements:
            return False
        host, home = self.question.host(stay.placement), self.question.home(stay.person)
        if breach.rule == "H9":
            return (home, host) == (breach.detail, breach.team)
        owner = {SEATS: stay.placement, GUESTS: host, AWAY: home}[breach.code]
        wanted = breach.placement or breach.team
        return owner == wanted and breach.block in self.question.span(stay)

    def _told(self, breaches: Iterable[Breach]) -> tuple[Told, ...]:
        """As sentences; the bar says itself which stay a booking lies in."""
        return tuple(
            (in_the_way if breach.rule == BOOKED else broken)(breach, self.scene.names)
            for breach in breaches
        )

    def bar(self, stay: StayKey) -> StayBar:
        """One stay as a bar."""
        cast, person, place = self.scene.cast, keys.number(stay.person), keys.number(stay.placement)
        row = cast.placements.get(place)
        host = cast.teams.get(row.host_id) if row else None
        return StayBar(
            person_id=person,
            placement_id=place,
            start=stay.start,
            person=cast.people[person].name if person in cast.people else stay.person,
            placement=row.title if row else stay.placement,
            host=host.name if host else "",
            hue=self._hues.get(row.host_id, 0) if row else 0,
            rank=rank_of(self.question, stay),
            is_pinned=(person, place) in self._pinned,
            is_begun=stay in self.question.started,
            problems=self._told(self._problems.get(stay, ())),
        )

    def _lanes(self, stays: list[StayKey], closed: set[int]) -> list[list[Cell]]:
        bars = {
            f"{number}": stay
            for number, stay in enumerate(stays)
            if stay.placement in self.question.placements
        }
        drawn = [Bar(key, stay.start, self.question.end(stay)) for key, stay in bars.items()]
        return [
            [
                Cell(
                    slot.start,
                    slot.span,
                    self.bar(bars[slot.bar.key]) if slot.bar else None,
                    is_closed=slot.bar is None and slot.start in closed,
                )
                for slot in lane
            ]
            for lane in lanes(drawn, self.question.blocks)
        ]

    def people(self, filters: Filters) -> list[Section]:
        """Everybody who takes part or has a stay, by home team."""
        per_person: dict[int, list[StayKey]] = defaultdict(list)
        for stay in self.scene.stays:
            per_person[keys.number(stay.person)].append(stay)
        shown = {keys.number(ident) for ident in self.question.people} | set(per_person)
        sections = self._sections(AWAY)
        for ident, person in self.scene.cast.people.items():
            if ident not in shown:
                continue
            home = self.question.home(keys.person(ident))
            team = keys.number(home) if home else person.team_id
            row = self._person_row(ident, person.name, per_person[ident])
            if team in sections and filters.shows(row):
                sections[team].rows.append(row)
        return _filled(sections, filters)

    def _person_row(self, ident: int, name: str, stays: list[StayKey]) -> Row:
        key = keys.person(ident)
        facts = self.question.people.get(key, {})
        closed = set(facts.get("unavailable") or [])
        return Row(
            id=ident,
            name=name,
            note="",
            rank=min((rank_of(self.question, stay) for stay in stays), default=0),
            lanes=self._lanes(stays, closed),
            problems=self._told(self._problems.get(key, ())),
            is_placed=bool(stays),
        )

    def placements(self, filters: Filters) -> list[Section]:
        """Every placement, by host team."""
        per_place: dict[int, list[StayKey]] = defaultdict(list)
        for stay in self.scene.stays:
            per_place[keys.number(stay.placement)].append(stay)
        sections = self._sections(GUESTS)
        for ident, place in self.scene.cast.placements.items():
            key = keys.placement(ident)
            facts = self.question.placements.get(key)
            if facts is None or place.host_id not in sections:
                continue
            row = Row(
                id=ident,
                name=place.title,
                note="",
                rank=0,
                lanes=self._lanes(per_place[ident], _out_of_reach(facts, self.question.blocks)),
                is_placed=bool(per_place[ident]),
            )
            if filters.shows(row):
                sections[place.host_id].rows.append(row)
        return _filled(sections, filters)

    def _sections(self, kind: str) -> dict[int, Section]:
        found = {}
        for ident, team in self.scene.cast.teams.items():
            key = keys.team(ident)
            limits = self.question.teams[key][kind] if key in self.question.teams else []
            loads = [
                Load(self._taken[kind, key, block], limit) for block, limit in enumerate(limits)
            ]
            found[ident] = Section(ident, team.name, team.department, loads)
        return found


def _out_of_reach(place: Mapping[str, object], blocks: int) -> set[int]:
    """The blocks no stay at this placement can touch."""
    starts, duration = place["starts"], place["duration"]
    assert isinstance(starts, list)  # noqa: S101 - the format of our own export
    assert isinstance(duration, int)  # noqa: S101
    reach = {block for start in starts for block in range(start, start + duration)}
    return set(range(blocks)) - reach


def _filled(sections: dict[int, Section], filters: Filters) -> list[Section]:
    return [
        section
        for ident, section in sections.items()
        if section.rows and filters.team_id in (None, ident)
    ]
