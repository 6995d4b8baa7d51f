"""The independent verifier: whether a plan is allowed and its score what it says.

It shares no code with the solver and none with the reader of instances: it takes the two JSON
documents as they are and applies the rules of docs/planner.md one by one, in the plainest way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Key = tuple[Any, Any, int]

DEFAULT_WEIGHTS: dict[str, Any] = {
    "place": 1000,
    "wait_bonus": 60,
    "wait_max": 5,
    "never_bonus": 200,
    "rank_cost": [0, 20, 80, 180, 320],
    "unlisted_cost": 500,
    "site_cost": 30,
    "delay_cost": 2,
    "second_cost": 800,
    "pair_cost": 50,
    "debt_percent": 0,
    "debt_cap": 700,
    "removed_cost": 100_000,
    "switched_cost": 40_000,
    "moved_cost": 20_000,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its code (H1..H10, SCORE, BOUND) and what is wrong, in words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Every violation found and the score as recomputed here."""

    violations: tuple[Violation, ...]
    score: int

    @property
    def is_valid(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.violations

    def as_dict(self) -> dict[str, object]:
        """The result as JSON."""
        return {
            "format": "rotation-check/1",
            "valid": self.is_valid,
            "score": self.score,
            "violations": [{"code": found.code, "words": found.words} for found in self.violations],
        }


def check(instance: Document, plan: Document) -> CheckResult:
    """Judge `plan` (rotation-plan/1) by the rules of `instance` (rotation-instance/1)."""
    facts = _Facts(instance, plan)
    rules = (
        _h1_each_person,
        _h2_and_h3_each_stay,
        _h4_absences,
        _h5_seats,
        _h6_guests,
        _h7_away,
        _h8_pins,
        _h9_pairs,
        _h10_started,
    )
    found = [violation for rule in rules for violation in rule(facts)]
    score = recomputed_score(instance, plan)
    found += _claims(plan, score)
    return CheckResult(tuple(found), score)


class _Facts:
    """The two documents, indexed."""

    def __init__(self, instance: Document, plan: Document) -> None:
        self.blocks: int = instance["blocks"]
        self.now: int = instance.get("now") or 0
        self.gap: int = instance.get("min_gap") or 0
        self.team = {team["id"]: team for team in instance["teams"]}
        self.employee = {person["id"]: person for person in instance["employees"]}
        self.placement = {place["id"]: place for place in instance["placements"]}
        self.pairs = instance.get("pairs") or []
        self.pins = instance.get("pins") or []
        self.forbids = instance.get("forbids") or []
        self.published = published_keys(instance)
        self.started = {key for key in self.published if key[2] < self.now}
        self.keys = [_key(stay) for stay in plan["assignments"]]

    def known(self) -> Iterator[Key]:
        """The stays whose placement exists, so that their blocks are known."""
        return (key for key in self.keys if key[1] in self.placement)

    def end(self, key: Key) -> int:
        return key[2] + int(self.placement[key[1]]["duration"])

    def span(self, key: Key) -> range:
        return range(max(0, key[2]), min(self.end(key), self.blocks))

    def home(self, key: Key) -> Any:
        """The home team of the person, None for one who left."""
        return self.employee[key[0]]["team"] if key[0] in self.employee else None

    def host(self, key: Key) -> Any:
        return self.placement[key[1]]["host"]


def _key(stay: Document) -> Key:
    return stay["employee"], stay["placement"], stay["start"]


def _words(key: Key) -> str:
    return f"{key[0]} at {key[1]} from block {key[2]}"


def published_keys(instance: Document) -> list[Key]:
    """The plan in force, which may stand in the file as a list or as a whole plan."""
    published = instance.get("published") or []
    stays = published["assignments"] if isinstance(published, Mapping) else published
    return [_key(stay) for stay in stays]


def _h1_each_person(facts: _Facts) -> Iterator[Violation]:
    per_person: dict[Any, list[Key]] = defaultdict(list)
    for key in facts.keys:
        per_person[key[0]].append(key)
    for person, keys in per_person.items():
        yield from _h1_number(facts, person, keys)
        yield from _h1_order(facts, sorted(keys, key=lambda key: key[2]))


def _h1_number(facts: _Facts, person: Any, keys: list[Key]) -> Iterator[Violation]:
    if person in facts.employee:
        most = _max_rotations(facts.employee[person])
        fresh = sum(key not in facts.started for key in keys)
        if fresh and len(keys) > most:
            yield Violation("H1", f"{person} has {len(keys)} stays, at most {most} are allowed")
    for placement, times in Counter(key[1] for key in keys).items():
        if times > 1:
            yield Violation("H1", f"{person} has the placement {placement} {times} times")


def _max_rotations(person: Document | None) -> int:
    """How many stays a person may have; one who left may have none."""
    if person is None:
        return 0
    most = person.get("max_rotations")
    return 1 if most is None else int(most)


def _h1_order(facts: _Facts, keys: list[Key]) -> Iterator[Violation]:
    for index, second in enumerate(keys):
        for first in keys[:index]:
            if first[1] not in facts.placement or {first, second} <= facts.started:
                continue
            if first[1] != second[1] and second[2] < facts.end(first) + facts.gap:
                yield Violation(
                    "H1",
                    f"{_words(second)} begins before {facts.gap} blocks have passed "
                    f"since {_words(first)} ends in block {facts.end(first)}",
                )


def _h2_and_h3_each_stay(facts: _Facts) -> Iterator[Violation]:
    for key in facts.keys:
        if key in facts.started:
            continue
        unknown = [
            f"{_words(key)}: no {kind} is called {ident}"
            for kind, ident, known in (
                ("employee", key[0], facts.employee),
                ("placement", key[1], facts.placement),
            )
            if ident not in known
        ]
        if unknown:
            yield from (Violation("H2", words) for words in unknown)
            continue
        for reason in _h2_reasons(facts, key):
            yield Violation("H2", f"{_words(key)}: {reason}")
        for reason in _h3_reasons(facts, key):
            yield Violation("H3", f"{_words(key)}: {reason}")


def _h2_reasons(facts: _Facts, key: Key) -> Iterator[str]:
    person, place = facts.employee[key[0]], facts.placement[key[1]]
    if place["host"] == person["team"]:
        yield "the host is the person's own team"
    missing = set(place.get("required_skills") or []) - set(person.get("skills") or [])
    if missing:
        yield f"the person lacks {', '.join(sorted(map(str, missing)))}"
    remote = bool(place.get("remote_ok")) and bool(person.get("remote_ok"))
    if place.get("site") != person.get("site") and not person.get("mobile") and not remote:
        yield f"the site {place.get('site')} does not fit"
    if any(_forbidden(forbid, key, place["host"]) for forbid in facts.forbids):
        yield "it is forbidden"
    pinned = any((pin["employee"], pin["placement"]) == key[:2] for pin in facts.pins)
    if key[1] not in (person.get("preferences") or []) and not pinned:
        yield "it is neither wished nor pinned"


def _forbidden(forbid: Document, key: Key, host: Any) -> bool:
    asked = (forbid.get("employee"), forbid.get("placement"), forbid.get("host"))
    return all(
        want is None or want == got for want, got in zip(asked, (*key[:2], host), strict=True)
    )


def _h3_reasons(facts: _Facts, key: Key) -> Iterator[str]:
    start = key[2]
    if start not in facts.placement[key[1]]["starts"]:
        yield "the placement does not begin then"
    if facts.end(key) > facts.blocks:
        yield f"it would end in block {facts.end(key)}, beyond the horizon of {facts.blocks}"
    if start < facts.now:
        yield f"that is past (now is block {facts.now})"
    notice = facts.employee[key[0]].get("earliest_start") or 0
    if start < notice and key not in facts.published:
        yield f"the person may begin from block {notice} on"


def _h4_absences(facts: _Facts) -> Iterator[Violation]:
    for key in facts.known():
        if key in facts.started or key[0] not in facts.employee:
            continue
        away = set(facts.employee[key[0]].get("unavailable") or [])
        for block in sorted(away.intersection(facts.span(key))):
            yield Violation("H4", f"{_words(key)}: the person is unavailable in block {block}")


def _over(facts: _Facts, kind: str, limits: dict[Any, list[int]]) -> Iterator[tuple[Any, int, int]]:
    """(whose, block, how many) wherever more stays than allowed, and not only started ones."""
    used: Counter[tuple[Any, int]] = Counter()
    fresh: set[tuple[Any, int]] = set()
    for key in facts.known():
        owner = {"seats": key[1], "guests": facts.host(key), "away": facts.home(key)}[kind]
        cells = [(owner, block) for block in facts.span(key)]
        used.update(cells)
        fresh.update(cells if key not in facts.started else ())
    for owner, block in sorted(fresh, key=lambda cell: (str(cell[0]), cell[1])):
        if owner in limits and used[owner, block] > limits[owner][block]:
            yield owner, block, used[owner, block]


def _h5_seats(facts: _Facts) -> Iterator[Violation]:
    limits = {ident: place["capacity"] for ident, place in facts.placement.items()}
    for owner, block, used in _over(facts, "seats", limits):
        seats = limits[owner][block]
        yield Violation("H5", f"{owner} has {seats} seats in block {block}, {used} are taken")


def _h6_guests(facts: _Facts) -> Iterator[Violation]:
    limits = {ident: team["max_guests"] for ident, team in facts.team.items()}
    for owner, block, used in _over(facts, "guests", limits):
        most = limits[owner][block]
        yield Violation("H6", f"team {owner} can take {most} guests in block {block}, not {used}")


def _h7_away(facts: _Facts) -> Iterator[Violation]:
    limits = {ident: team["max_out"] for ident, team in facts.team.items()}
    for owner, block, used in _over(facts, "away", limits):
        most = limits[owner][block]
        yield Violation("H7", f"team {owner} can spare {most} members in block {block}, not {used}")


def _h8_pins(facts: _Facts) -> Iterator[Violation]:
    for pin in facts.pins:
        wanted = (pin["employee"], pin["placement"])
        starts = [key[2] for key in facts.keys if key[:2] == wanted]
        if pin.get("start") is None:
            if not starts:
                yield Violation("H8", f"the pin of {wanted[0]} at {wanted[1]} does not hold")
        elif pin["start"] not in starts:
            yield Violation("H8", f"the pin {_words((*wanted, pin['start']))} does not hold")


def _pair_counts(facts: _Facts) -> tuple[Counter[Any], Counter[Any]]:
    """Stays per (home, host), all of them and the started ones."""
    known = list(facts.known())
    every = Counter((facts.home(key), facts.host(key)) for key in known)
    begun = Counter((facts.home(key), facts.host(key)) for key in known if key in facts.started)
    return every, begun


def _h9_pairs(facts: _Facts) -> Iterator[Violation]:
    every, begun = _pair_counts(facts)
    for pair in facts.pairs:
        home, host = pair["home"], pair["host"]
        count = every[home, host]
        least, most = pair.get("hard_min"), pair.get("hard_max")
        if least is not None and count < least:
            yield Violation("H9", f"{count} stays from {home} to {host}, at least {least} must be")
        if most is not None and count > max(most, begun[home, host]):
            yield Violation("H9", f"{count} stays from {home} to {host}, at most {most} may be")


def _h10_started(facts: _Facts) -> Iterator[Violation]:
    for key in sorted(facts.started - set(facts.keys), key=str):
        yield Violation("H10", f"{_words(key)} has begun and must stay as it is")


def recomputed_score(instance: Document, plan: Document) -> int:
    """The points of `plan`, from the formula and nothing else."""
    facts = _Facts(instance, plan)
    given = {
        key: value for key, value in (instance.get("objective") or {}).items() if value is not None
    }
    weights = {**DEFAULT_WEIGHTS, **given}
    fresh = [key for key in facts.known() if key not in facts.started and key[0] in facts.employee]
    total = sum(_stay_points(facts, weights, key) for key in fresh)
    for stays in Counter(key[0] for key in fresh).values():
        total -= weights["second_cost"] * (stays - 1)
    counts, _begun = _pair_counts(facts)
    for pair in facts.pairs:
        missing = max(0, (pair.get("target") or 0) - counts[pair["home"], pair["host"]])
        total -= weights["pair_cost"] * (pair.get("need") or 0) * missing
    return int(total - sum(_change_points(facts, weights)))


def _stay_points(facts: _Facts, weights: Document, key: Key) -> int:
    person, place = facts.employee[key[0]], facts.placement[key[1]]
    points = int(weights["place"])
    points += weights["wait_bonus"] * min(person.get("waiting") or 0, weights["wait_max"])
    points += weights["never_bonus"] if person.get("never_rotated") else 0
    points -= _rank_points(weights, person, key[1])
    elsewhere = place.get("site") != person.get("site") and not place.get("remote_ok")
    points -= weights["site_cost"] if person.get("same_site_wish") and elsewhere else 0
    points -= weights["delay_cost"] * max(0, key[2] - (person.get("earliest_start") or 0))
    return int(points)


def _rank_points(weights: Document, person: Document, placement: Any) -> int:
    wishes = list(person.get("preferences") or [])
    if placement not in wishes:
        return int(weights["unlisted_cost"])
    costs = weights["rank_cost"]
    cost = costs[min(wishes.index(placement), len(costs) - 1)]
    debt = person.get("rank_debt") or 0
    return int(
        min(
            cost * (100 + weights["debt_percent"] * debt) // 100,
            max(cost, weights["debt_cap"]),
        )
    )


def _change_points(facts: _Facts, weights: Document) -> Iterator[int]:
    """What every published stay that has not begun costs in this plan."""
    planned = set(facts.keys)
    placed = {key[:2] for key in facts.keys if key not in facts.started}
    busy = {person for person, _placement in placed}
    for key in facts.published:
        if key in facts.started or key in planned:
            continue
        one_stay = _max_rotations(facts.employee.get(key[0])) == 1
        if key[:2] in placed:
            yield int(weights["moved_cost"])
        elif one_stay and key[0] in busy:
            yield int(weights["switched_cost"])
        else:
            yield int(weights["removed_cost"])


def _claims(plan: Document, score: int) -> Iterator[Violation]:
    """Whether the plan says the truth about itself."""
    claimed, bound = plan.get("score"), plan.get("bound")
    if claimed is not None and claimed != score:
        yield Violation("SCORE", f"the plan says {claimed} points, it has {score}")
    if bound is not None and bound < score:
        yield Violation("BOUND", f"the bound {bound} is below the score {score}")
    if plan.get("status") == "OPTIMAL" and bound is not None and bound >= score + 1:
        yield Violation("BOUND", f"called optimal, yet the bound {bound} is above {score}")
