"""A company by chance that lives through waves, all that anybody reads of it, and what it tells."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain, combinations
from random import Random
from types import SimpleNamespace

import numpy as np

from app.domain import collaboration, weak
from app.domain.both_views import both_views, yardsticks
from app.domain.comments import written_step
from app.domain.questionnaire import SCORED
from app.domain.weak import weak_results
from app.health.queries import draws
from app.health.queries.snapshots import Published
from app.health.services import publishing
from app.health.services.effects import panel_of
from app.health.services.publishing import figures_of
from app.health.services.writing import inputs_digest, told
from app.scoring import sheets
from app.scoring.settings import ITEMS_OF
from app.surveys.queries.results import CellCount, FrozenTeam, Results
from app.surveys.services import closing, counting, releasing
from app.surveys.services.sealing import CommentSheet, Remark
from tests.domain.test_disclosure import reduced
from tests.scoring.test_sheets import pack

LONG_LIVED = 8  # one company in so many lives through enough waves for a slow drift
K = 5
EDITIONS = dict.fromkeys(SCORED, 1)
ENOUGH = 6  # answered dimensions of a sheet that counts


@dataclass(frozen=True)
class Said:
    """What one person said about a team."""

    source: int
    target: int
    ticks: tuple
    contact: int
    importance: int

    @property
    def pair(self):
        return self.source, self.target

    @property
    def counts(self):
        judged = sum(any(self.ticks[place] for place in items) for items in ITEMS_OF)
        return self.contact > 0 and judged >= ENOUGH

    def packed(self):
        return (self.source, self.target, self.ticks, self.contact, self.importance)


@dataclass(frozen=True)
class Wave:
    """What was handed in: sheets about teams, and sheets of comments as (source, remarks)."""

    said: tuple
    comments: tuple


@dataclass(frozen=True)
class Living:
    """A company: members of each team, who is asked about whom, who moved, and what was said."""

    members: dict
    asked: dict
    moves: dict
    waves: tuple


def living(seed):
    luck = np.random.default_rng(seed)
    long_lived = seed % LONG_LIVED == LONG_LIVED - 1
    teams = int(luck.integers(2, 5 if long_lived else 7))
    members = {team: int(luck.integers(4, 25)) for team in range(1, teams + 1)}
    asked = {
        (source, target): members[source]
        for source in members
        for target in members
        if source != target and luck.random() < 0.5
    }
    moods = {pair: luck.uniform(1.2, 4.8) for pair in asked}
    waves, moves = [], {}
    for number in range(1, 5 if long_lived else 3):
        waves.append(_wave(luck, members, asked, moods))
        moves[number] = {team: int(luck.choice([0, 0, 1, 5])) for team in members}
        for pair in asked:
            moods[pair] += luck.choice([0.0, 0.0, -0.4, -1.6])
    return Living(members, asked, moves, tuple(waves))


def _wave(luck, members, asked, moods):
    said, comments = [], []
    talkative = luck.random() < 0.4
    for source, target in asked:
        willing, ticking = luck.choice([0.3, 0.7, 1.0]), luck.choice([0.1, 0.5, 1.0])
        knowing = luck.choice([0.3, 0.9, 1.0, 1.0], 10)  # who can judge each question at all
        wordy, meeting = luck.choice([0.1, 0.9]), luck.choice([0.0, 0.9, 0.9, 0.9])
        for _person in range(members[source]):
            if talkative and luck.random() < wordy:
                remark = Remark(target, {"o2": f"{luck.random()}"}, bool(luck.random() < 0.9))
                comments.append((source, (remark,)))
            if luck.random() > willing:
                continue
            steps = np.clip(np.rint(luck.normal(moods[source, target], 0.8, 10)), 1, 5)
            ticks = tuple(int(tick) for tick in steps * (luck.random(10) < knowing))
            importance = int(luck.integers(2, 5)) if luck.random() < ticking else 0
            contact = int(luck.random() < meeting)
            said.append(Said(source, target, ticks, contact, importance))
    return Wave(tuple(said), tuple(comments))


@dataclass
class Shelf:
    """Takes the place of a session that only stores."""

    rows: list = field(default_factory=list)

    def add_all(self, rows):
        self.rows.extend(rows)

    def flush(self):
        pass


@dataclass(frozen=True)
class Kept:
    """All that is kept of a wave after its close and its publishing, but the answers themselves."""

    number: int
    body: dict
    rows: dict
    heard: dict = field(compare=False)

    @cached_property
    def leaves(self):
        """Everything that anybody gets to read of the wave, by the path to it."""
        pages = {"body": self.body, "rows": self.rows, **_pages(self)}
        return dict(_flat((str(self.number),), pages))

    @property
    def published(self):
        return Published(self.number, self.number, "Wave", date(2026, 1, self.number), self.body)


def lived(company, waves, *, least=K, k=K, known=()):
    """What each wave leaves, as the close and the publishing make it; `known` came before."""
    found = list(known)
    for number, wave in enumerate(waves[len(known) :], len(known) + 1):
        found.append(_kept(company, wave, number, [one.body for one in found], least, k))
    return found


def _kept(company, handed_in, number, before, least, k):
    table = sheets.read(pack([one.packed() for one in handed_in.said]))
    wave = SimpleNamespace(
        id=number, k=k, k_target=K, digest="", protocol={}, asked=sum(company.members.values())
    )
    teams = {
        team: FrozenTeam(
            team, f"Team {team}", team % 3, f"Side {team % 3}", size, company.moves[number][team]
        )
        for team, size in company.members.items()
    }
    counted = counting.planned(wave, teams, company.asked, sheets.tally(table, least))
    wave.digest = counted.plan.told_digest()
    stored = sheets.kept(table, counted.published)
    keys, under_keys = sheets.under_keys(stored, Random(number).randbytes(16 * len(stored)))  # noqa: S311
    counts = counting.cells(wave, counted, {})
    answers = defaultdict(str)
    for source, target, steps in zip(*sheets.stored(under_keys), strict=True):
        answers[source, target] += steps
    cells = {(row[1], row[2]): CellCount(*row[3:]) for row in counts}
    found = Results(wave, number, EDITIONS, teams, cells, answers)
    body = publishing.computed(company, found, before)[1]
    shelf = _comments(wave, counted, handed_in.comments)
    digest = sheets.digest(keys, under_keys)
    readable = sum(hasattr(one, "text") for one in shelf)
    rows = {
        "cells": counts,
        "figures": [figures_of(body, name) for name in sorted(body["pairs"])],
        "protocol": closing._protocol(
            wave, counted, closing._Kept(len(stored), digest, readable), len(table)
        ),
        "digests": (digest, inputs_digest(found), told(body).digest),
        "comments": sorted(
            (one.target_id, one.department_id, one.item, one.text)
            for one in shelf
            if hasattr(one, "text")
        ),
        "comment counts": {
            one.target_id: (one.written, one.readable) for one in shelf if hasattr(one, "written")
        },
    }
    return Kept(number, body, rows, counted.heard)


def _comments(wave, counted, comments):
    shelf = Shelf()
    told_of = [CommentSheet(source, remarks) for source, remarks in comments]
    releasing.keep_comments(
        shelf, wave, counted.teams, counted.heard, told_of, Random(wave.id)  # noqa: S311
    )  # fmt: skip
    return shelf.rows


def leaves(waves):
    """Everything that anybody gets to read of some waves, by the path to it."""
    found = {("all", "panel"): str(panel_of([one.published for one in waves]))}
    for one in waves:
        found |= one.leaves
    return found


def _pages(one):
    body = one.body
    order = sorted(int(team) for team in body["teams"])
    names = ("company", *(f"{side}|{team}" for side in ("out", "in") for team in order))
    both = {f"{one}|{other}": (one, other) for one, other in combinations(order, 2)}
    return {
        "readings": {str(pair): asdict(own) for pair, own in collaboration.readings(body).items()},
        "matrix": [asdict(row) for row in collaboration.matrix(body, order).rows],
        "stands out": [asdict(own) for own in collaboration.stands_out(body)],
        "departments": [asdict(own) for own in collaboration.departments(body)],
        "surely low": [asdict(own) for own in weak.surely_low(body)],
        "drifting": [asdict(own) for own in weak.drifting(body)],
        "weak results": [asdict(own) for own in weak_results(body)],
        "neediest": weak.neediest(body, at_most=99),
        "lots": {str(pair): weight for pair, weight in draws.in_need(body).items()},
        "totals": _found({name: collaboration.total(body, name) for name in names}),
        "gaps": _found({name: collaboration.gap(body, *pair) for name, pair in both.items()}),
        "both views": _found({name: both_views(body, *pair) for name, pair in both.items()}),
        "yardsticks": {
            name: [(team, asdict(own)) for team, own in yardsticks(body, *pair)]
            for name, pair in both.items()
        },
        "comments written": {
            team: written_step(written)
            for team, (written, _readable) in one.rows["comment counts"].items()
        },
    }


def _found(by_name):
    return {name: asdict(found) for name, found in by_name.items() if found is not None}


def _flat(path, value):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        return [(path, value)]
    return chain.from_iterable(_flat((*path, str(key)), each) for key, each in items)


@dataclass(frozen=True)
class Secret:
    """What some people of a pair said in a wave, and the same people having said otherwise.

    `people` know a part of it; `is_told` where it may be in what is published at all.
    """

    name: tuple
    people: int
    is_told: bool
    otherwise: tuple


def secrets(company, waves, kept, k=K):
    for place, (wave, one) in enumerate(zip(waves, kept, strict=True)):
        published = {collaboration.pair_of(name) for name in one.body["pairs"]}
        for pair in sorted(company.asked):
            for kind, chosen, other, floor in _kinds(pair, k):
                people = sum(map(chosen, wave.said))
                if people:
                    said = tuple(other(own) if chosen(own) else own for own in wave.said)
                    changed = (*waves[:place], replace(wave, said=said), *waves[place + 1 :])
                    is_told = pair in published and people >= floor
                    yield Secret((place + 1, *pair, kind), people, is_told, changed)


def _kinds(pair, k):
    """Each kind of secret: who shares it, what they say instead, how many make it tellable."""
    never = 10**6

    def own(one):
        return one.pair == pair

    yield "answers", lambda one: own(one) and one.counts, _turned, k
    yield "importance", lambda one: own(one) and one.counts and one.importance, _weighed, k
    yield "too little", lambda one: own(one) and one.contact and not one.counts, _turned, never
    yield "no contact", lambda one: own(one) and not one.contact, _turned, never


def _turned(one):
    """The same questions answered, each with another step."""
    ticks = ((5 if tick == 3 else 6 - tick) if tick else 0 for tick in one.ticks)
    return replace(one, ticks=tuple(ticks))


def _weighed(one):
    return replace(one, importance=5 if one.importance < 4 else 1)


@dataclass
class Found:
    """What an attack found: people behind each combination, leaves moved by what is hidden."""

    smallest: list = field(default_factory=list)
    leaks: set = field(default_factory=set)
    moved: Counter = field(default_factory=Counter)


def attack(seed, **weaker):
    """Attack the company of a seed, whose close is `weaker` where a test says so."""
    company = living(seed)
    kept = lived(company, company.waves, **weaker)
    moved_by, people = defaultdict(set), {}
    for secret in secrets(company, company.waves, kept):
        people[secret.name] = secret
        known = kept[: secret.name[0] - 1]
        other = lived(company, secret.otherwise, known=known, **weaker)
        for path in _differing(kept, other):
            moved_by[path].add(secret.name)
    return _judged(moved_by, people)


def _differing(waves, others):
    """Paths to what is not the same; what stands before the first change is not looked at."""
    for one, other in zip(waves, others, strict=True):
        if one is not other:
            plain, changed = one.leaves, other.leaves
            missing = object()
            yield from (path for path in plain if plain[path] != changed.get(path, missing))
            yield from changed.keys() - plain.keys()
    if panel_of([one.published for one in waves]) != panel_of([one.published for one in others]):
        yield ("all", "panel")


def _judged(moved_by, people):
    found = Found(moved=Counter(path[1] for path in moved_by))
    for path, moving in moved_by.items():
        found.leaks |= {(path, name) for name in moving if not people[name].is_told}
    names = sorted(people)
    systems = {tuple(sorted(moving)) for moving in moved_by.values()}
    rows = reduced([[names.index(one) for one in moving] for moving in sorted(systems)])
    found.smallest = [_behind([people[names[column]] for column in row]) for row in rows]
    return found


def _behind(secrets_of_row):
    """So many different people at least: those of a team may be the same ones everywhere."""
    most = Counter()
    for secret in secrets_of_row:
        _wave, source, *_ = secret.name
        most[source] = max(most[source], secret.people)
    return most.total()
