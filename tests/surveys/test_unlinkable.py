"""After the close nothing stored leads from a person to an answer (I6).

Before it there are only sealed boxes.
"""

import json
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import MetaData, inspect, select, text

from app.outbox.models import Mail, Notice
from app.surveys.models import Answer, SealedBox, Wave
from app.surveys.services.cleaning import rewrite_files
from app.surveys.services.voting import Ticks
from tests.surveys.makers import close, dice, make_open_wave, make_sides, vote

PEOPLE = 60
CHANCE = 5  # one hit is expected; six or more come once in 1,700 runs, and this one has fixed dice
PATTERNS = [(*steps, *(3,) * 6, 2) for steps in product((1, 2, 3, 4, 5), repeat=3)]
TRACES = {
    "sqlite": ("key",),
    "postgresql": ("ctid", "xmin::text::bigint", "key"),
}


def signatures(session):
    """A different set of ticks for every person, so that a match can be told from luck."""
    sides = make_sides(session, rhine=PEOPLE, elbe=6, main=6)
    people = sides.members["Rhine"]
    patterns = [(*pattern[:9], 2) for pattern in PATTERNS][:PEOPLE]
    dice(3).shuffle(patterns)
    return sides, dict(zip([person.id for person in people], patterns, strict=True))


def attack(session, table, order, truth, handed_in):
    """Match persons in the order they handed in with rows in the order they are stored."""
    stored = session.scalars(text(f"SELECT steps FROM {table} ORDER BY {order}")).all()  # noqa: S608
    return sum(as_steps(truth[who]) == row for who, row in zip(handed_in, stored, strict=False))


def as_steps(ticks):
    return "".join(map(str, ticks))


def hand_all_in(session, wave, sides, truth):
    """Each in a transaction of its own, in an order the attacker has watched."""
    people = list(sides.members["Rhine"])
    dice(5).shuffle(people)
    for person in people:
        vote(session, wave, person, sides.team("Elbe"), Ticks(2, truth[person.id], 3))
        session.commit()
    return [person.id for person in people]


def test_an_attacker_who_watched_the_order_links_nobody_after_the_close(app, session, engine):
    sides, truth = signatures(session)
    wave, keys = make_open_wave(session)
    session.commit()
    handed_in = hand_all_in(session, wave, sides, truth)

    close(session, wave, keys)
    session.commit()
    rewrite_files(engine)

    hits = {
        order: attack(session, "answer", order, truth, handed_in)
        for order in TRACES[engine.dialect.name]
    }
    stored = session.scalar(text("SELECT count(*) FROM answer"))
    assert stored == PEOPLE
    assert {order: found for order, found in hits.items() if found > CHANCE} == {}


def test_the_same_attack_links_everybody_in_a_table_filled_as_answers_come_in(app, session, engine):
    sides, truth = signatures(session)
    session.execute(text("CREATE TEMPORARY TABLE plain_answer (key text PRIMARY KEY, steps text)"))
    people = [person.id for person in sides.members["Rhine"]]
    dice(5).shuffle(people)
    for number, person in enumerate(people):
        key = f"{dice(number).getrandbits(128):032x}"
        session.execute(
            text("INSERT INTO plain_answer VALUES (:key, :steps)"),
            {"key": key, "steps": as_steps(truth[person])},
        )

    order = "rowid" if engine.dialect.name == "sqlite" else "ctid"
    hits = attack(session, "plain_answer", order, truth, people)
    session.rollback()

    assert hits == PEOPLE


def test_the_close_leaves_no_person_beside_an_answer_and_no_trace_of_taking_part(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))
    close(session, wave, keys)
    session.commit()

    found = MetaData()
    found.reflect(session.connection())
    gone = ("asked", "asked_about", "ballot_mark", "comment_mark", "sealed_box", "notice", "mail")
    rows = {name: session.execute(select(found.tables[name])).all() for name in gone}
    columns = {column["name"] for column in inspect(session.connection()).get_columns("answer")}
    assert rows == {name: [] for name in gone}
    assert columns == {"key", "wave_id", "source_id", "target_id", "steps"}
    assert session.scalar(select(Wave.public_key)) is None


def test_what_an_open_wave_stores_holds_neither_time_nor_order_nor_a_readable_answer(
    app, session, engine
):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))
    session.commit()

    boxes = session.execute(select(SealedBox.key, SealedBox.content)).all()
    session.commit()
    shapes = {
        name: {column["name"]: str(column["type"]) for column in inspect(engine).get_columns(name)}
        for name in ("ballot_mark", "comment_mark", "sealed_box")
    }
    assert {len(box.content) for box in boxes} == {80}
    assert len({box.key for box in boxes}) == len(boxes) == 12
    assert {column for shape in shapes.values() for column in shape} == {
        "wave_id", "person_id", "target_id", "key", "content",
    }  # fmt: skip
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            rowids = [
                name
                for name in shapes
                if "WITHOUT ROWID"
                not in connection.execute(
                    text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
                ).scalar_one()
            ]
        assert rowids == []


def test_handing_in_writes_nothing_that_tells_when(app, session):
    sides = make_sides(session)
    wave, _keys = make_open_wave(session)
    session.commit()
    before = everything(session)

    vote(session, wave, sides.members["Rhine"][0], sides.team("Elbe"))
    session.commit()

    after = everything(session)
    assert {name for name in after if after[name] != before[name]} == {"ballot_mark", "sealed_box"}


def everything(session):
    found = MetaData()
    found.reflect(session.connection())
    return {
        table.name: sorted(
            json.dumps(list(row), default=str) for row in session.execute(select(table))
        )
        for table in found.sorted_tables
    }


def test_an_invitation_is_the_same_for_everybody_and_gone_after_the_close(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    session.flush()

    invited = session.scalars(select(Notice)).all()
    close(session, wave, keys)

    assert len(invited) == sum(len(sides.members[name]) for name in ("Rhine", "Elbe"))
    assert len({(one.title, one.text, json.dumps(one.params), one.path) for one in invited}) == 1
    assert session.scalars(select(Notice)).all() == session.scalars(select(Mail)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_database_file_holds_no_trace_of_boxes_after_the_close(app, session, engine, store):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))
    session.commit()
    boxes = [bytes(content[:24]) for content in session.scalars(select(SealedBox.content))]
    session.commit()

    close(session, wave, keys)
    session.commit()
    done = rewrite_files(engine)

    file = engine.url.database
    held = b"".join(Path(f"{file}{end}").read_bytes() for end in ("", "-wal"))
    assert done
    assert [box for box in boxes if box in held] == []


def test_two_answers_never_share_what_they_are_stored_under(app, session):
    sides = make_sides(session)
    wave, keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))

    close(session, wave, keys)

    keys_used = session.scalars(select(Answer.key)).all()
    assert len(set(keys_used)) == len(keys_used) == 12
