"""The attack on everything at once: each number that is kept of a wave and each one made of it.

Companies by chance live through some waves, from boxes to published figures, by the product's own
code: with sheets that tell too little to count, people without contact, comments, teams that are
asked and too small, weak pairs, falls, and newcomers. What each leaf of the output depends on is
found by changing what people said, wave by wave and pair by pair: answers, what was ticked as
importance, and what nobody may be told anything of. The leaves of all waves are then added and
subtracted as linear algebra allows.
"""

import os
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace

import pytest

from app.domain import collaboration
from app.domain.comments import ENOUGH_RESPONDENTS
from app.health.services import publishing
from app.scoring.settings import DIMENSIONS, ITEMS_OF
from app.surveys.services import releasing
from tests.health.attack import Found, K, attack, leaves, lived, living

EXHAUSTIVE = os.environ.get("FAULTS") == "all"
COMPANIES = 200 if EXHAUSTIVE else 8

pytestmark = pytest.mark.timeout(3600)  # of all companies, on a busy machine


@pytest.fixture(autouse=True)
def _on_no_database(monkeypatch):
    """What is asked of a database here stands in its place."""
    monkeypatch.setattr(publishing, "moves", lambda company: company.moves)
    monkeypatch.setattr(releasing, "names_of_all", lambda _shelf: frozenset())


def test_no_combination_of_anything_published_is_about_fewer_than_five(capsys):
    found = Found()
    for seed in range(COMPANIES):
        one = attack(seed)
        found.smallest += one.smallest
        found.leaks |= {(seed, leak) for leak in one.leaks}
        found.moved.update(one.moved)

    with capsys.disabled() if EXHAUSTIVE else nullcontext():
        print(  # noqa: T201 - what `make faults` reports
            f"\n{COMPANIES} companies, {found.moved.total():,} leaves that hang on what was said,"
            f" {len(found.smallest):,} rows, {len(found.leaks)} leaked, smallest set"
            f" {min(found.smallest)}"
        )
    assert found.leaks == set()
    assert min(found.smallest) == K
    assert len(found.smallest) > 6 * COMPANIES
    assert {
        "body", "rows", "readings", "matrix", "totals", "gaps", "both views", "departments",
        "yardsticks", "neediest", "lots", "weak results", "stands out", "panel",
    } <= found.moved.keys()  # fmt: skip
    assert {"comments written"}.isdisjoint(found.moved)


def test_no_dimension_is_told_that_fewer_than_five_have_judged():
    judging = [few for seed in range(COMPANIES) for few in _judging(living(seed))]

    assert min(judging) == K


def test_otherwise_the_word_of_fewer_about_a_dimension_would_be_told(monkeypatch):
    monkeypatch.setattr(publishing, "_too_few", lambda _found: ())

    judging = [few for seed in range(COMPANIES) for few in _judging(living(seed))]

    assert min(judging) < K


def _judging(company):
    """How many have judged each dimension of each pair that is told."""
    for one, wave in zip(lived(company, company.waves), company.waves, strict=True):
        judged = Counter(
            (own.pair, dimension)
            for own in wave.said
            for dimension, items in zip(DIMENSIONS, ITEMS_OF, strict=True)
            if own.counts and any(own.ticks[item] for item in items)
        )
        for pair, own in one.body["pairs"].items():
            yield from (judged[collaboration.pair_of(pair), name] for name in own["dims"])


def test_the_same_attack_finds_a_lonely_tick_of_importance():
    found = [attack(seed, least=1) for seed in (2, 3)]

    assert min(few for one in found for few in one.smallest) < K
    assert {name[-1] for one in found for _path, name in one.leaks} == {"importance"}


def test_the_same_attack_finds_pairs_of_four():
    found = [attack(seed, k=4) for seed in (2, 3)]

    assert min(few for one in found for few in one.smallest) == 4


@pytest.mark.parametrize("seed", range(3))
def test_the_attack_sees_what_people_say(seed):
    company = living(seed)
    louder = tuple(
        replace(wave, said=tuple(replace(one, ticks=(5,) * 9 + (1,)) for one in wave.said))
        for wave in company.waves
    )

    assert leaves(lived(company, company.waves)) != leaves(lived(company, louder))


def test_comments_are_told_of_ten_people_at_least():
    behind = []
    for seed in range(COMPANIES):
        company = living(seed)
        for one in lived(company, company.waves):
            behind += _behind_comments(company, one)

    assert min(behind) == ENOUGH_RESPONDENTS
    assert len(behind) > COMPANIES


def _behind_comments(company, one):
    """How many answered in whatever is said to have written each comment, and each count."""
    for target, department, _item, _text in one.rows["comments"]:
        yield sum(
            n
            for (source, about), n in one.heard.items()
            if about == target and department in {None, source % 3}
        )
    for target in one.rows["comment counts"]:
        yield sum(n for (_source, about), n in one.heard.items() if about == target)
