"""Whatever any reader gets to see is the same, whoever of a team said it, and whatever is hidden.

Not figures in memory, but every table of a company's database and every page, file and export that
any role finds there, after two waves, all that follows from them, and in a third that is open.
"""

import os
from collections import defaultdict
from contextlib import nullcontext
from itertools import count

import pytest

from app.scoring import sheets
from app.surveys.services import releasing
from tests.domain.test_disclosure import reduced
from tests.health.lived import (
    TODAY,
    everything_stored,
    is_hidden,
    is_vague,
    kinds_of,
    live,
    otherwise_where_hidden,
    read_all,
    story,
    swapped,
    where_a_pair_says_otherwise,
)

EXHAUSTIVE = os.environ.get("FAULTS") == "all"
OTHERS = 1 if EXHAUSTIVE else 0  # pages of each kind that has nothing to do with surveys
K = 5
TOLD_OF = {
    "actions.index", "audit.index", "effects.index", "health.index", "health.pair", "health.team",
    "lottery.index", "notices.index", "outbox.index", "reports.index", "rounds.wishes",
    "surveys.ballot", "surveys.example", "surveys.index", "surveys.privacy",
    "surveys.start", "team_comments.index", "today.index", "waves.page", "waves.sheet",
}  # fmt: skip

pytestmark = pytest.mark.timeout(3600 if EXHAUSTIVE else 600)


@pytest.fixture
def stored_of(app, session, engine, store, clock, monkeypatch):
    """Let a company live from an empty database on; gives its readers and what is stored."""
    clock.move_to(TODAY)
    monkeypatch.setattr("app.health.services.lottery.secrets.token_hex", lambda _bytes: "5eed")
    url = app.config["SQLALCHEMY_DATABASE_URI"]

    def of(told, **how):
        session.close()
        engine.dispose()
        monkeypatch.setattr("tests.factories._numbers", count(1))
        store(engine.dialect.name).empty(url)
        readers = live(session, told, **how)
        return readers, everything_stored(session)

    return of


@pytest.fixture
def read_of(app, session, stored_of):
    """What every reader gets to see of a company's life."""

    def of(told, **how):
        readers, _stored = stored_of(told, **how)
        return read_all(app, session, readers, TODAY, others=OTHERS)

    return of


def differing(one, other):
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def test_no_table_knows_who_said_what_or_anything_that_is_hidden(stored_of):
    _readers, plain = stored_of(story())

    found = {
        "swapped": differing(plain, stored_of(swapped(story()))[1]),
        "handed in the other way round": differing(plain, stored_of(story(), backwards=True)[1]),
        "hidden": differing(plain, stored_of(otherwise_where_hidden(story()))[1]),
    }

    assert found == {name: [] for name in found}


def test_a_close_that_kept_the_order_of_boxes_would_be_seen(stored_of, monkeypatch):
    def as_they_came(packed):
        return sheets.np.frombuffer(packed, dtype=sheets.ROW)

    monkeypatch.setattr(sheets, "read", as_they_came)

    one, other = (stored_of(story(), backwards=backwards)[1] for backwards in (False, True))
    assert "answer" in differing(one, other)


def test_a_comment_kept_against_its_writers_word_would_be_seen(stored_of, monkeypatch):
    readable = releasing._readable

    def all_of_them(told, teams):
        for sheet in told:
            for remark in sheet.remarks:
                object.__setattr__(remark, "readable", True)
        return readable(told, teams)

    monkeypatch.setattr(releasing, "_readable", all_of_them)

    one, other = (stored_of(told)[1] for told in (story(), otherwise_where_hidden(story())))
    assert "released_comment" in differing(one, other)


READ_ON = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("app", READ_ON if EXHAUSTIVE else READ_ON[:1], indirect=True)
def test_no_reader_sees_who_said_what_or_anything_that_is_hidden(app, read_of, capsys):
    told = story()
    plain = read_of(told)
    same = read_of(swapped(otherwise_where_hidden(told)), backwards=True)
    moved_by = defaultdict(set)
    keys = sorted(told.ballots) if EXHAUSTIVE else [(2, "Rhine", "Elbe")]
    for key in keys:
        for line in _lines_that_differ(plain, read_of(where_a_pair_says_otherwise(told, key))):
            moved_by[line].add(key)

    with capsys.disabled() if EXHAUSTIVE else nullcontext():
        print(  # noqa: T201 - what `make faults` reports
            f"\n{len(plain)} pages and files, {len(moved_by):,} lines that hang on what {len(keys)}"
            f" pairs said, smallest set {_smallest(told, moved_by)}"
        )
    assert differing(plain, same) == []
    assert kinds_of(app, plain) >= TOLD_OF
    assert {reader for reader, *_line in moved_by} >= {"hr", "lead", "sponsor", "employee"}
    assert set().union(*moved_by.values()) == {
        key for key in keys if not is_hidden(key, told.ballots[key])
    }
    assert _smallest(told, moved_by) >= K


def _smallest(told, moved_by):
    """The fewest people behind any combination of lines."""
    names = sorted(told.ballots)
    systems = {tuple(sorted(moving)) for moving in moved_by.values()}
    rows = reduced([[names.index(one) for one in moving] for moving in sorted(systems)])
    return min(sum(_judging(told, names[column]) for column in row) for row in rows)


def _judging(told, key):
    return sum(not is_vague(ticks) for ticks in told.ballots[key])


def _lines_that_differ(plain, other):
    for key in differing(plain, other):
        here, there = (found.get(key, "").splitlines() for found in (plain, other))
        if len(here) != len(there):
            yield (*key, "as a whole")
        yield from (
            (*key, number)
            for number, (one, two) in enumerate(zip(here, there, strict=False))
            if one != two
        )
