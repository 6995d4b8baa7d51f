"""The file format rotation-instance/1: who may go where, when, and what it is worth."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from app.planner.objective import Objective
from app.planner.reading import Ident, Node, UnreadableError, parse_json, shown, without_repeats

FORMAT = "rotation-instance/1"
LONGEST_HORIZON = 2000
LARGEST_NEED = 1_000_000

Named = TypeVar("Named", "Team", "Employee", "Placement")


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `max_out[b]` members may be away and `max_guests[b]` guests be there in block b."""

    id: Ident
    max_out: tuple[int, ...]
    max_guests: tuple[int, ...]
    function: str | None = None
    site: Ident | None = None
    headcount: int | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """A person who may rotate; `preferences` are placement ids, best first; blocks are 0-based."""

    id: Ident
    team: Ident
    site: Ident | None
    remote_ok: bool
    mobile: bool
    skills: frozenset[Ident]
    unavailable: frozenset[int]
    earliest_start: int
    max_rotations: int
    waiting: int
    never_rotated: bool
    rank_debt: int
    same_site_wish: bool
    preferences: tuple[Ident, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """What a host team offers: `duration` in blocks, `capacity[b]` seats in block b."""

    id: Ident
    host: Ident
    role: str | None
    site: Ident | None
    remote_ok: bool
    duration: int
    starts: tuple[int, ...]
    capacity: tuple[int, ...]
    required_skills: frozenset[Ident]


@dataclass(frozen=True, slots=True)
class Pair:
    """Stays from team `home` at team `host`: `target` wished, None = no hard limit."""

    home: Ident
    host: Ident
    need: int
    target: int
    hard_min: int | None
    hard_max: int | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A person who must get a placement; `start` None = at any start."""

    employee: Ident
    placement: Ident
    start: int | None


@dataclass(frozen=True, slots=True)
class Forbid:
    """Stays that must not be; None = any person, placement or host."""

    employee: Ident | None
    placement: Ident | None
    host: Ident | None


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """One person at one placement from block `start` on."""

    employee: Ident
    placement: Ident
    start: int

    def as_dict(self) -> dict[str, object]:
        """The stay as it stands in a plan file."""
        return {"employee": self.employee, "placement": self.placement, "start": self.start}


@dataclass(frozen=True, slots=True)
class Instance:
    """One planning question; blocks run from 0 to `blocks`, those before `now` are past."""

    blocks: int
    now: int
    min_gap: int
    seed: int
    name: str
    block_unit: str | None
    teams: tuple[Team, ...]
    employees: tuple[Employee, ...]
    placements: tuple[Placement, ...]
    pairs: tuple[Pair, ...]
    pins: tuple[Pin, ...]
    forbids: tuple[Forbid, ...]
    published: tuple[Stay, ...] | None
    objective: Objective
    team_at: dict[Ident, Team] = field(repr=False)
    employee_at: dict[Ident, Employee] = field(repr=False)
    placement_at: dict[Ident, Placement] = field(repr=False)

    @property
    def started(self) -> tuple[Stay, ...]:
        """Published stays that began before `now`: nobody may touch them."""
        return tuple(stay for stay in self.published or () if stay.start < self.now)

    @property
    def to_come(self) -> tuple[Stay, ...]:
        """Published stays that have not begun."""
        return tuple(stay for stay in self.published or () if stay.start >= self.now)


def load_instance(text: str | bytes) -> Instance:
    """Read an instance file. Raises UnreadableError with the place of what is wrong."""
    return read_instance(parse_json(text))


def read_instance(value: object) -> Instance:
    """The instance in a JSON value that is already parsed. Raises UnreadableError."""
    root = Node(value, "")
    if root.entries().get("format") != FORMAT:
        root.child("format").fail(f"must be {FORMAT}, not {shown(root.child('format').value)}")
    blocks = root.required("blocks").whole(1, LONGEST_HORIZON)
    teams = _keyed(root.required("teams"), lambda node: _team(node, blocks))
    placements = _keyed(root.required("placements"), lambda node: _placement(node, blocks, teams))
    employees = _keyed(
        root.required("employees"), lambda node: _employee(node, blocks, teams, placements)
    )
    if not employees:
        raise UnreadableError("employees", "names nobody to plan for")
    known = (employees, placements, teams)
    forbids = tuple(_forbid(node, known) for node in root.child("forbids").items())
    now = root.child("now").whole_or(0, 0, blocks)
    return Instance(
        blocks=blocks,
        now=now,
        min_gap=root.child("min_gap").whole_or(0),
        seed=root.child("seed").whole_or(0),
        name=root.child("name").text() or "",
        block_unit=root.child("block_unit").text(),
        teams=tuple(teams.values()),
        employees=tuple(employees.values()),
        placements=tuple(placements.values()),
        pairs=_pairs(root.child("pairs"), teams),
        pins=_pins(root.child("pins"), blocks, (employees, placements), forbids),
        forbids=forbids,
        published=_published(root.child("published"), blocks, now, placements),
        objective=Objective.read(root.child("objective")),
        team_at=teams,
        employee_at=employees,
        placement_at=placements,
    )


def _keyed(nodes: Node, read: Callable[[Node], Named]) -> dict[Ident, Named]:
    without_repeats(node.required("id") for node in nodes.items())
    found = (read(node) for node in nodes.items())
    return {thing.id: thing for thing in found}


def _known(node: Node, known: dict[Ident, Named], kind: str) -> Ident:
    ident = node.ident()
    if ident not in known:
        node.fail(f"no {kind} is called {shown(ident)}")
    return ident


def _known_or_any(node: Node, known: dict[Ident, Named], kind: str) -> Ident | None:
    return None if node.value is None else _known(node, known, kind)


def _idents(node: Node) -> frozenset[Ident]:
    return frozenset(item.ident() for item in node.items())


def _site(node: Node) -> Ident | None:
    return None if node.value is None else node.ident()


def _team(node: Node, blocks: int) -> Team:
    return Team(
        id=node.required("id").ident(),
        function=node.child("function").text(),
        site=_site(node.child("site")),
        headcount=_limit(node.child("headcount")),
        max_out=node.required("max_out").limits(blocks),
        max_guests=node.required("max_guests").limits(blocks),
    )


def _placement(node: Node, blocks: int, teams: dict[Ident, Team]) -> Placement:
    starts = {item.block(blocks) for item in node.required("starts").items()}
    return Placement(
        id=node.required("id").ident(),
        host=_known(node.required("host"), teams, "team"),
        role=node.child("role").text(),
        site=_site(node.child("site")),
        remote_ok=node.child("remote_ok").flag(),
        duration=node.required("duration").whole(1),
        starts=tuple(sorted(starts)),
        capacity=node.required("capacity").limits(blocks),
        required_skills=_idents(node.child("required_skills")),
    )


def _employee(
    node: Node, blocks: int, teams: dict[Ident, Team], placements: dict[Ident, Placement]
) -> Employee:
    wishes = node.child("preferences")
    for item in wishes.items():
        _known(item, placements, "placement")
    return Employee(
        id=node.required("id").ident(),
        team=_known(node.required("team"), teams, "team"),
        site=_site(node.child("site")),
        remote_ok=node.child("remote_ok").flag(),
        mobile=node.child("mobile").flag(),
        skills=_idents(node.child("skills")),
        unavailable=frozenset(item.block(blocks) for item in node.child("unavailable").items()),
        earliest_start=node.child("earliest_start").whole_or(0),
        max_rotations=node.child("max_rotations").whole_or(1),
        waiting=node.child("waiting").whole_or(0),
        never_rotated=node.child("never_rotated").flag(),
        rank_debt=node.child("rank_debt").whole_or(0, 0, 1_000_000),
        same_site_wish=node.child("same_site_wish").flag(),
        preferences=tuple(without_repeats(wishes.items())),
    )


def _pairs(nodes: Node, teams: dict[Ident, Team]) -> tuple[Pair, ...]:
    found: dict[tuple[Ident, Ident], Pair] = {}
    for node in nodes.items():
        pair = Pair(
            home=_known(node.required("home"), teams, "team"),
            host=_known(node.required("host"), teams, "team"),
            need=node.child("need").whole_or(0, 0, LARGEST_NEED),
            target=node.child("target").whole_or(0),
            hard_min=_limit(node.child("hard_min")),
            hard_max=_limit(node.child("hard_max")),
        )
        if (pair.home, pair.host) in found:
            node.fail(f"the pair {shown(pair.home)} to {shown(pair.host)} stands twice")
        if (
            pair.hard_min is not None
            and pair.hard_max is not None
            and pair.hard_min > pair.hard_max
        ):
            node.child("hard_min").fail(f"{pair.hard_min} is above hard_max {pair.hard_max}")
        found[pair.home, pair.host] = pair
    return tuple(found.values())


def _limit(node: Node) -> int | None:
    return None if node.value is None else node.whole()


def _forbid(
    node: Node,
    known: tuple[dict[Ident, Employee], dict[Ident, Placement], dict[Ident, Team]],
) -> Forbid:
    employees, placements, teams = known
    return Forbid(
        employee=_known_or_any(node.child("employee"), employees, "employee"),
        placement=_known_or_any(node.child("placement"), placements, "placement"),
        host=_known_or_any(node.child("host"), teams, "team"),
    )


def _pins(
    nodes: Node,
    blocks: int,
    known: tuple[dict[Ident, Employee], dict[Ident, Placement]],
    forbids: Iterable[Forbid],
) -> tuple[Pin, ...]:
    employees, placements = known
    forbidden = {(forbid.employee, forbid.placement): index for index, forbid in enumerate(forbids)}
    pins = []
    for node in nodes.items():
        start = node.child("start")
        pin = Pin(
            employee=_known(node.required("employee"), employees, "employee"),
            placement=_known(node.required("placement"), placements, "placement"),
            start=None if start.value is None else start.block(blocks),
        )
        if (pin.employee, pin.placement) in forbidden:
            at = forbidden[pin.employee, pin.placement]
            node.fail(f"pinned and forbidden at once (see forbids[{at}])")
        pins.append(pin)
    return tuple(pins)


def _published(
    node: Node, blocks: int, now: int, placements: dict[Ident, Placement]
) -> tuple[Stay, ...] | None:
    """The plan in force: a list of stays or a whole plan. People and places may be gone since."""
    if node.value is None:
        return None
    stays = []
    without_repeats_of: set[tuple[Ident, Ident]] = set()
    for item in (node.child("assignments") if isinstance(node.value, dict) else node).items():
        stay = read_stay(item)
        if stay.start < now:
            _known(item.child("placement"), placements, "placement")
        if stay.start >= blocks:
            item.child("start").block(blocks)
        if (stay.employee, stay.placement) in without_repeats_of:
            item.fail("this person has this placement already")
        without_repeats_of.add((stay.employee, stay.placement))
        stays.append(stay)
    return tuple(stays)


def read_stay(node: Node) -> Stay:
    """One assignment of a plan."""
    return Stay(
        employee=node.required("employee").ident(),
        placement=node.required("placement").ident(),
        start=node.required("start").whole(),
    )
