"""After the close no table, no file and no line of a log leads from a person to what was said (I6).

A team answers through its browsers, one after the other, each at a minute of its own; the worker
invites, reminds, closes, publishes and cleans up. Then every order of every table that names people
is laid beside every order of what is kept of the survey.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, MetaData, select, text

from app.database import db
from app.health.jobs import publishing
from app.outbox import jobs as outbox
from app.surveys.jobs import waves as jobs
from app.surveys.models import SealedBox, Wave
from tests.conftest import MONDAY_MORNING
from tests.surveys.makers import dice, make_open_wave, make_sides
from tests.surveys.test_survey_pages import TICKS
from tests.surveys.test_unlinkable import PATTERNS, everything

PEOPLE, SOME = 16, 5
CHANCE = 8  # one hit is expected; nine or more come once in a million orders
REMINDED = MONDAY_MORNING + timedelta(days=12)
AFTER = MONDAY_MORNING + timedelta(days=14)
STORED = {"sqlite": ("rowid",), "postgresql": ("ctid", "xmin::text::bigint")}
KEPT = {"answer": "steps", "released_comment": "text"}


@dataclass
class Survey:
    """An open wave, people who answer it through their browsers, and a worker."""

    app: object
    session: object
    clock: object
    visit: object
    sides: object
    wave: object

    @property
    def people(self):
        return self.sides.members["Rhine"]

    def said(self):
        """Person -> ticks, different ones for everybody, so that a match can be told from luck."""
        given = PATTERNS[:PEOPLE]
        dice(3).shuffle(given)
        return {
            person.id: (*ticks[:9], 2) for person, ticks in zip(self.people, given, strict=True)
        }

    def answer(self, *, most=PEOPLE):
        """People answer, in an order that is watched; gives their keys in it."""
        people, said = list(self.people), self.said()
        dice(5).shuffle(people)
        del people[most:]
        for person in people:
            self.clock.move_by(timedelta(minutes=1))
            browser = self.visit(person)
            browser.get("/today")
            self.hand_in(browser, said[person.id])
        return [person.id for person in people]

    def hand_in(self, browser, ticks):
        """Read every page of the survey and send every form of it."""
        elbe, main, at = (
            self.sides.team("Elbe"),
            self.sides.team("Main"),
            f"/surveys/{self.wave.id}",
        )
        for page in ("/surveys/", at, f"{at}/about/{elbe}"):
            browser.get(page)
        fields = {f"q{number:02}": str(tick) for number, tick in enumerate(ticks, 1)}
        key = {"request_key": f"{elbe:020}"}
        browser.post(f"{at}/ballots", {**TICKS, **fields, **key, "team": elbe})
        browser.post(f"{at}/ballots", {"contact": "none", "team": main})
        words = {f"o2_{elbe}": words_of(ticks), f"readable_{elbe}": "y"}
        browser.post(f"{at}/comments", {**words, **key})
        browser.get(f"{at}/thanks")

    def work(self):
        """Let the worker do what is due."""
        self.session.commit()
        with self.app.app_context():
            for job in (jobs.look_after, outbox.send_due, publishing.look_after):
                job()
                db.session.remove()
        self.session.expire_all()

    def end(self):
        """Remind whom there is to remind, close, publish, and rewrite the files."""
        for day in (REMINDED, AFTER):
            self.clock.move_to(day)
            self.work()


def words_of(ticks):
    return f"More of {as_steps(ticks)}"


def as_steps(ticks):
    return "".join(map(str, ticks))


@pytest.fixture
def survey(app, session, clock, visit, monkeypatch):
    """The worker's dice are fixed, so that luck is the same each time."""
    monkeypatch.setattr(jobs, "SystemRandom", lambda: dice(7))
    with app.app_context():
        keys = jobs.keys()
    sides = make_sides(session, rhine=PEOPLE, elbe=10, main=6)
    wave, _keys = make_open_wave(session, keys=keys)
    session.commit()
    return Survey(app, session, clock, visit, sides, wave)


def tables_naming_people(session):
    """Every table of the schema with its columns that hold keys of people."""
    found = MetaData()
    found.reflect(session.connection())
    for table in found.sorted_tables:
        yield table, [one.name for one in table.columns if _names_people(one)]


def _names_people(column):
    if column.table.name == "person":
        return column.name == "id"
    return column.name == "person_id" or any(
        key.column.table.name == "person" for key in column.foreign_keys
    )


def orders_of_people(session, people):
    """Table, column and order -> the people in that order, of every table that names most."""
    for table, names in tables_naming_people(session):
        for order in (*_as_stored(session, table), *map(_by, table.columns)):
            for name in names:
                rows = session.scalars(
                    text(f'SELECT "{name}" FROM "{table.name}" ORDER BY {order}')  # noqa: S608
                )
                known = list(dict.fromkeys(row for row in rows if row in people))
                if len(known) > CHANCE:
                    yield f"{table.name}.{name} by {order}", known


def _by(column):
    return f"CAST({column.name} AS text)" if isinstance(column.type, JSON) else f'"{column.name}"'


def _as_stored(session, table):
    engine = session.get_bind().dialect.name
    if engine == "sqlite":
        written = text("SELECT sql FROM sqlite_master WHERE name = :name")
        if "WITHOUT ROWID" in session.scalar(written, {"name": table.name}):
            return ()
    return STORED[engine]


def orders_of_kept(session, table):
    """Each order of a table that is kept -> what stands in it."""
    said, engine = KEPT[table], session.get_bind().dialect.name
    for order in ("key", said, *(STORED[engine] if engine == "postgresql" else ())):
        yield order, session.scalars(text(f"SELECT {said} FROM {table} ORDER BY {order}")).all()  # noqa: S608


def links(session, orders, said):
    """Where an attacker finds more than luck: which order of people, which of what is kept."""
    found = {}
    for table in KEPT:
        told = {who: words_of(t) if table != "answer" else as_steps(t) for who, t in said.items()}
        for kept_by, rows in orders_of_kept(session, table):
            for listed_by, listed in orders.items():
                for way, people in (("", listed), (" backwards", listed[::-1])):
                    hits = sum(told[who] == row for who, row in zip(people, rows, strict=False))
                    if hits > CHANCE:
                        found[f"{listed_by}{way}, {table} by {kept_by}"] = hits
    return found


def test_no_order_of_any_table_leads_to_what_somebody_said(survey, session):
    watched = survey.answer()
    survey.end()

    orders = {"as they came": watched, **dict(orders_of_people(session, {*watched}))}
    found = links(session, orders, survey.said())
    kept = {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in KEPT}  # noqa: S608
    assert found == {}
    assert kept == dict.fromkeys(KEPT, PEOPLE)
    assert {'login.person_id by "seen_at"', 'person.id by "number"'} <= orders.keys()


def test_the_same_attack_links_everybody_where_answers_are_stored_as_they_come(
    survey, session, monkeypatch
):
    watched, said = survey.answer(), survey.said()
    monkeypatch.setattr("tests.surveys.test_traces.KEPT", {"plain_answer": "steps"})
    session.execute(text("CREATE TEMPORARY TABLE plain_answer (key integer, steps text)"))
    for key, person in enumerate(watched):
        row = {"key": key, "steps": words_of(said[person])}
        session.execute(text("INSERT INTO plain_answer VALUES (:key, :steps)"), row)

    orders = {"as they came": watched, **dict(orders_of_people(session, {*watched}))}
    found = links(session, orders, said)
    session.rollback()
    assert found["as they came, plain_answer by key"] == PEOPLE
    assert found['login.person_id by "created_at", plain_answer by key'] == PEOPLE


def test_handing_in_through_the_browser_changes_marks_and_boxes_alone(survey, session):
    browser = survey.visit(survey.people[0])
    browser.get("/today")
    before = everything(session)
    survey.clock.move_by(timedelta(hours=3))

    survey.hand_in(browser, PATTERNS[7])

    after = everything(session)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"ballot_mark", "comment_mark", "sealed_box"}


@pytest.mark.postgres
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_no_row_about_a_person_was_written_together_with_an_answer(survey, session):
    survey.answer()
    together = rows_written_with(session, "sealed_box")
    survey.end()

    assert "ballot_mark.person_id" in together  # known while it is open
    assert rows_written_with(session, "answer") == set()
    assert rows_written_with(session, "released_comment") == set()


def rows_written_with(session, kept):
    """Columns that name people in rows written by a transaction that wrote into `kept` as well."""
    return {
        f"{table.name}.{name}"
        for table, names in tables_naming_people(session)
        for name in names
        if session.scalar(
            text(
                f'SELECT count("{name}") FROM "{table.name}"'  # noqa: S608 - of the schema
                f" WHERE xmin::text IN (SELECT xmin::text FROM {kept})"
            )
        )
    }


def test_neither_the_log_nor_the_console_names_anybody_who_is_asked(survey, caplog, capfd):
    caplog.set_level(logging.INFO)
    survey.work()
    survey.answer(most=SOME)
    survey.end()

    written = caplog.text + "".join(capfd.readouterr())
    asked = [person for team in survey.sides.members.values() for person in team]
    assert [person.email for person in asked if person.email in written] == []
    assert "left without showing to whom" in written


def test_no_file_holds_a_box_or_the_key_after_the_close(survey, session, engine):
    survey.answer(most=SOME)
    with survey.app.app_context():
        public = session.scalar(select(Wave.public_key))
        key = bytes(jobs.keys().private(survey.wave.id, public)).hex().encode()
    boxes = [bytes(content[:40]) for content in session.scalars(select(SealedBox.content).limit(9))]
    before = [bool(in_files(survey, engine, needles)) for needles in (boxes, [key])]

    survey.end()

    assert before == [True, True]
    assert in_files(survey, engine, [*boxes, key]) == set()
    assert session.scalar(select(Wave.cleaned)) is True
    if engine.dialect.name == "sqlite":
        assert session.scalar(text("PRAGMA freelist_count")) == 0


def in_files(survey, engine, needles):
    """In which files of the instance, or of the database, any of these bytes stand."""
    survey.session.commit()
    files = [
        file for file in survey.app.extensions["settings"].instance.rglob("*") if file.is_file()
    ]
    if engine.dialect.name == "postgresql":
        return _holding(files, needles) | _in_heap(engine, needles)
    own = Path(engine.url.database)
    return _holding([*files, *own.parent.glob(f"{own.name}*")], needles)


def _holding(files, needles):
    return {file.name for file in files if any(one in file.read_bytes() for one in needles)}


HEAP = """
SELECT name FROM (
    SELECT 'base/' || oid || '/' || pg_ls_dir('base/' || oid) AS name
    FROM pg_database WHERE datname = current_database()
) AS file
WHERE position(:needle IN coalesce(pg_read_binary_file(name, 0, 1000000000, true), '')) > 0
"""


def _in_heap(engine, needles):
    """Files of tables and indexes that hold any of these bytes, once all is on the disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        return {
            name
            for needle in needles
            for name in connection.scalars(text(HEAP), {"needle": needle})
        }
