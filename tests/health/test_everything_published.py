"""The attack on everything at once: each number a snapshot holds and each one a page makes of it.

A company by chance lives through two waves, from boxes to published figures, by the product's own
code. What each leaf of the output depends on is found by changing what people said, pair by pair:
answers and importance are secrets of their own, since others may have ticked them. The leaves are
then added and subtracted as linear algebra allows.
"""

import os
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest

from app.domain import collaboration, weak
from app.domain.questionnaire import SCORED
from app.domain.weak import weak_results
from app.health.services import publishing
from app.scoring import sheets
from app.surveys.queries.results import CellCount, FrozenTeam, Results
from app.surveys.services import counting
from tests.domain.test_disclosure import reduced
from tests.scoring.test_sheets import pack

COMPANIES = 200 if os.environ.get("FAULTS") == "all" else 15
K = 5
EDITIONS = dict.fromkeys(SCORED, 1)


@pytest.fixture(autouse=True)
def _nobody_moved(monkeypatch):
    monkeypatch.setattr(publishing, "moves", lambda _session: {})


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

    def packed(self):
        return (self.source, self.target, self.ticks, self.contact, self.importance)


@dataclass(frozen=True)
class Living:
    """A company: members of each team, who is asked about whom, and two waves of what was said."""

    members: dict
    asked: dict
    waves: tuple


def living(seed):
    luck = np.random.default_rng(seed)
    members = {team: int(luck.integers(4, 15)) for team in range(1, int(luck.integers(3, 9)))}
    asked = {
        (source, target): members[source]
        for source in members
        for target in members
        if source != target and luck.random() < 0.5
    }
    return Living(members, asked, tuple(_wave(luck, members, asked) for _ in range(2)))


def _wave(luck, members, asked):
    said = []
    for source, target in asked:
        willing, ticking = luck.uniform(0.3, 1.0), luck.choice([0.1, 0.5, 1.0])
        for _person in range(members[source]):
            if luck.random() > willing:
                continue
            ticks = tuple(int(step) for step in luck.integers(2, 5, 10))
            importance = int(luck.integers(2, 5)) if luck.random() < ticking else 0
            said.append(Said(source, target, ticks, int(luck.random() < 0.9), importance))
    return said


def published(company, said, number, before, *, least=K):
    """What a wave publishes of what was said, as the close and the publishing make it."""
    table = sheets.read(pack([one.packed() for one in said]))
    wave = SimpleNamespace(id=number, k=K, k_target=K, digest="", protocol={})
    teams = {
        team: FrozenTeam(team, f"Team {team}", team % 2, f"Side {team % 2}", size, 0)
        for team, size in company.members.items()
    }
    counted = counting.planned(wave, teams, company.asked, sheets.tally(table, least))
    cells = {(row[1], row[2]): CellCount(*row[3:]) for row in counting.cells(wave, counted, {})}
    answers = defaultdict(str)
    records = sheets.stored(sheets.kept(table, counted.published))
    for source, target, steps in zip(*records, strict=True):
        answers[source, target] += steps
    found = Results(wave, number, EDITIONS, teams, cells, answers)
    return publishing.computed(None, found, before)[1]


def leaves(body):
    """Everything that anybody gets to read of a wave, by the path to it."""
    order = sorted(int(team) for team in body["teams"])
    pages = {
        "readings": {str(pair): asdict(one) for pair, one in collaboration.readings(body).items()},
        "matrix": [asdict(row) for row in collaboration.matrix(body, order).rows],
        "stands out": [asdict(one) for one in collaboration.stands_out(body)],
        "departments": [asdict(one) for one in collaboration.departments(body)],
        "surely low": [asdict(one) for one in weak.surely_low(body)],
        "drifting": [asdict(one) for one in weak.drifting(body)],
        "weak results": [asdict(one) for one in weak_results(body)],
        "neediest": weak.neediest(body, at_most=99),
        "totals": {
            name: asdict(found)
            for name in ("company", *(f"{side}|{team}" for side in ("out", "in") for team in order))
            if (found := collaboration.total(body, name))
        },
        "gaps": {
            f"{one}|{other}": asdict(found)
            for one in order
            for other in order
            if one < other and (found := collaboration.gap(body, one, other))
        },
    }
    return dict(_flat(("",), {"body": body, "pages": pages}))


def _flat(path, value):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        return [(path, value)]
    return chain.from_iterable(_flat((*path, str(key)), each) for key, each in items)


def secrets(said):
    """Secret -> how many people know a part of it, and the same people having said otherwise.

    The answers of a pair, and apart from them what those of the pair ticked as its importance.
    """
    for pair in sorted({one.pair for one in said}):
        own = [one for one in said if one.pair == pair and one.contact]
        ticking = [one for one in own if one.importance]
        if own:
            yield (pair, "answers"), len(own), [_otherwise(one, pair) for one in said]
        if ticking:
            other = 5 if ticking[0].importance < 4 else 1
            yield (
                (pair, "importance"),
                len(ticking),
                [replace(one, importance=other) if _is_of(one, pair) else one for one in said],
            )


def _is_of(one, pair):
    return one.pair == pair and one.contact and one.importance


def _otherwise(one, pair):
    if one.pair != pair:
        return one
    return replace(one, ticks=tuple(5 if tick == 3 else 6 - tick for tick in one.ticks))


def attack(seed, *, least=K):
    """How many are behind each combination of leaves; leaves that hidden pairs move; moved ones."""
    company = living(seed)
    first, second = company.waves
    before = [published(company, first, 1, [], least=least)]
    body = published(company, second, 2, before, least=least)
    plain, people, moved_by = leaves(body), {}, {}
    for secret, known, otherwise in secrets(second):
        people[secret] = known
        other = leaves(published(company, otherwise, 2, before, least=least))
        for path in plain.keys() | other.keys():
            if plain.get(path) != other.get(path):
                moved_by.setdefault(path, set()).add(secret)
    hidden = {f"{source}|{target}" for source, target in company.asked} - set(body["pairs"])
    leaks = {
        path for path, moving in moved_by.items() for pair, _ in moving
        if f"{pair[0]}|{pair[1]}" in hidden
    }  # fmt: skip
    names = sorted(people)
    rows = reduced([[names.index(one) for one in moving] for moving in moved_by.values()])
    smallest = [sum(people[names[column]] for column in row) for row in rows]
    return smallest, leaks, {path[2] for path in moved_by}


def test_no_combination_of_anything_published_is_about_fewer_than_five():
    found, moving = [], Counter()
    for seed in range(COMPANIES):
        smallest, leaks, names = attack(seed)
        assert leaks == set()
        found += smallest
        moving.update(names)

    assert min(found) == 5
    assert len(found) > 4 * COMPANIES
    assert {"pairs", "importance", "company_change", "weights", "undirected"} <= moving.keys()
    assert {"readings", "totals", "gaps", "matrix", "neediest"} <= moving.keys()


def test_the_same_attack_finds_a_lonely_tick_of_importance():
    smallest = [few for seed in range(4) for few in attack(seed, least=1)[0]]

    assert min(smallest) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_attack_sees_what_people_say(seed):
    company = living(seed)
    _first, second = company.waves
    body = published(company, second, 1, [])
    louder = [replace(one, ticks=(5,) * 9 + (1,)) for one in second]

    assert leaves(body) != leaves(published(company, louder, 1, []))
