"""A backup is whole, and never in the way of what is there already."""

import re
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.backup import LEFT_OUT, UNTIL_THE_CLOSE
from app.outbox.services import Envelope, post_privately
from app.people.models import Site
from app.surveys.models import SealedBox
from tests.factories import NOW, make_site
from tests.postgres import _programs
from tests.surveys.makers import make_open_wave, make_sides, vote

REMINDED = "of-those-who-have-not-answered"


def open_and_remind(session, sides):
    """A wave the team Rhine has answered, with a reminder to somebody who has not."""
    wave, _keys = make_open_wave(session)
    for person in sides.members["Rhine"]:
        vote(session, wave, person, sides.team("Elbe"))
    late = sides.members["Elbe"][0]
    letter = Envelope(late.id, late.email, "Still open", REMINDED)
    post_privately(session, letter, key=f"wave:{wave.id}:reminder:1:{late.id}", at=NOW)


def sites_in(file):
    with closing(sqlite3.connect(file)) as copy:
        return copy.execute("SELECT name FROM site ORDER BY id").fetchall()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_backup_holds_what_was_committed(session, runner, tmp_path):
    make_site(session, "Hamburg")
    file = tmp_path / "copy.db"

    result = runner.invoke(args=["backup", str(file)])

    assert (result.exit_code, sites_in(file)) == (0, [("Hamburg",)])
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_backup_under_load_is_a_state_that_was_once_true(session, engine, runner, tmp_path):
    stop = threading.Event()

    def write_pairs():
        number = 0
        while not stop.is_set():
            with Session(engine) as own:
                number += 1
                own.add_all(
                    [
                        Site(name=f"{side} {number}", zone="Europe/Berlin", country="DE")
                        for side in ("left", "right")
                    ]
                )
                own.commit()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        files = [tmp_path / f"{number}.db" for number in range(5)]
        results = [runner.invoke(args=["backup", str(file)]) for file in files]
    finally:
        stop.set()
        writer.join()

    assert [result.exit_code for result in results] == [0] * 5
    assert [len(sites_in(file)) % 2 for file in files] == [0] * 5
    assert session.scalar(select(func.count()).select_from(Site)) > 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_backup_never_replaces_a_file(runner, tmp_path):
    file = tmp_path / "copy.db"
    file.write_text("last week's")

    result = runner.invoke(args=["backup", str(file)])

    assert result.exit_code == 1
    assert "exists already" in result.output
    assert file.read_text() == "last week's"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_backup_into_a_folder_that_is_not_there_says_so_and_leaves_nothing(runner, tmp_path):
    result = runner.invoke(args=["backup", str(tmp_path / "nowhere" / "copy.db")])

    assert result.exit_code == 1
    assert "No backup was made" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_backup_of_postgresql_names_its_own_program_and_no_password(runner, tmp_path):
    result = runner.invoke(args=["backup", str(tmp_path / "copy.dump")])

    assert result.exit_code == 1
    assert "pg_dump --format=custom" in result.output
    assert "postgres:***@127.0.0.1" in result.output


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_backup_leaves_out_who_answered_an_open_survey_and_the_ballots(session, runner, tmp_path):
    sides = make_sides(session)
    open_and_remind(session, sides)
    session.commit()
    boxes = session.scalars(select(SealedBox.content)).all()
    file = tmp_path / "copy.db"

    result = runner.invoke(args=["backup", str(file)])

    with closing(sqlite3.connect(file)) as copy:
        left = [
            copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in (*UNTIL_THE_CLOSE, "asked")
        ]
    stored = file.read_bytes()
    assert (result.exit_code, left) == (0, [0, 0, 0, 0, 20])
    assert REMINDED.encode() not in stored
    assert [box for box in boxes if box[:24] in stored] == []
    assert session.scalar(select(func.count()).select_from(SealedBox)) == 12


@pytest.mark.postgres
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_backup_of_postgresql_leaves_out_the_same(session, engine, runner, tmp_path):
    open_and_remind(session, make_sides(session))
    told = runner.invoke(args=["backup", str(tmp_path / "copy.dump")]).output
    left_out = re.findall(r"--exclude-table-data=\S+", told)
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    dumps = [
        subprocess.run(
            [_programs() / "pg_dump", "--data-only", *options, address],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for options in (left_out, [])
    ]

    tables = [re.findall(r"^COPY public\.(\w+) ", dump, re.MULTILINE) for dump in dumps]
    assert sorted(set(tables[1]) - set(tables[0])) == sorted(UNTIL_THE_CLOSE)
    assert [REMINDED in dump for dump in dumps] == [False, True]


def test_the_manual_leaves_out_what_the_program_leaves_out():
    manual = " ".join(Path("docs/operating.md").read_text().split())

    assert LEFT_OUT in manual
