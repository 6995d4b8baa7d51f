"""`python -m bench.close`: close waves of growing size, beside the floor.

The floor is what no close can spare: read the boxes, open them, shuffle in numpy, write one table
in one transaction and score. The product's own close does the same and the rest: the release
plan, the cells, the protocol, the deletions, the audit entry. Both work on SQLite files. Seconds
are of the processor, which a busy machine hardly changes; with two cores to spare the clock shows
less, because boxes are opened on several threads.
"""

from __future__ import annotations

import argparse
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import TypeVar

import numpy as np
from flask import Flask
from flask_migrate import upgrade
from nacl.public import SealedBox as NaclBox
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import create_app
from app.database import db
from app.domain.questionnaire import SCORED
from app.domain.waves import WaveState
from app.people.models import Department, Person, Site, Team
from app.surveys.models import Asked, AskedAbout, BallotMark, SealedBox, Wave, WaveTeam
from app.surveys.services.cleaning import rewrite_files
from app.surveys.services.closing import Opening, close_wave, read_boxes, undisturbed
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.sealing import LAYOUT, Ballot, seal_ballot
from config import settings

T = TypeVar("T")
RATED = 4  # ballots a person hands in
TEAM_SIZE = 20
DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def main() -> None:
    """Measure and print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", default="10000,100000", help="scored answers, by commas")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    print("answers   ballots   floor s   opening s   transaction s   files s   beyond floor s")
    for answers in map(int, chosen.answers.split(",")):
        measured = [_measure(answers // len(SCORED)) for _ in range(chosen.runs)]
        floor, opening, transaction, files = (
            statistics.median(column) for column in zip(*measured, strict=True)
        )
        beyond = opening + transaction - floor
        print(
            f"{answers:<10}{answers // len(SCORED):<10}{floor:<10.2f}{opening:<12.2f}"
            f"{transaction:<16.2f}{files:<10.2f}{beyond:.2f}"
        )


def _measure(ballots: int) -> tuple[float, float, float, float]:
    """Seconds of the floor, of opening beforehand, of the transaction, and of the files."""
    with _company(ballots) as (app, keys, file), app.app_context(), undisturbed():
        floor = _timed(lambda: _floor(file, keys))[0]
        with Session(db.engine) as session:
            opening, known = _timed(lambda: read_boxes(session, 1, keys))
        with Session(db.engine) as session:
            given = Opening(keys, SystemRandom(), known)
            transaction = _timed(lambda: _close(session, given))[0]
        files = _timed(lambda: rewrite_files(db.engine))[0]
        db.engine.dispose()
    return floor, opening, transaction, files


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    found = act()
    return time.process_time() - began, found


def _close(session: Session, opening: Opening) -> None:
    close_wave(session, 1, at=NOW, opening=opening)
    session.commit()


def _floor(file: Path, keys: KeysInMemory) -> None:
    """Open, shuffle, store, score: nothing else, in plain sqlite3 and numpy."""
    with closing(sqlite3.connect(file)) as database:
        public = database.execute("SELECT public_key FROM wave").fetchone()[0]
        box = NaclBox(keys.private(1, public))
        plain = [
            LAYOUT.unpack_from(box.decrypt(content))
            for (content,) in database.execute("SELECT content FROM sealed_box")
        ]
    rows = np.array([row[1:] for row in plain], dtype=np.int32)
    np.random.default_rng(secrets.randbits(128)).shuffle(rows)
    names = ", ".join(("source", "target", *SCORED, "contact", "importance"))
    marks = ", ".join("?" * rows.shape[1])
    with closing(sqlite3.connect(file.with_name("floor.db"))) as target:
        target.execute(f"CREATE TABLE answer ({names})")
        target.executemany(f"INSERT INTO answer VALUES ({marks})", rows.tolist())  # noqa: S608
        target.commit()
    file.with_name("floor.db").unlink()
    pairs = rows[:, 0].astype(np.int64) * 1_000_000 + rows[:, 1]
    _, of_pair = np.unique(pairs, return_inverse=True)
    np.bincount(of_pair, weights=rows[:, 2:12].mean(axis=1)) / np.bincount(of_pair)


@contextmanager
def _company(ballots: int) -> Iterator[tuple[Flask, KeysInMemory, Path]]:
    """An open wave with this many ballots in its boxes, on a SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="close-") as name:
        folder = Path(name)
        file = folder / "wave.db"
        app = create_app(
            settings(
                {
                    "DATABASE_URL": f"sqlite:///{file}",
                    "INSTANCE_PATH": str(folder / "instance"),
                    "QUEUE_URL": "memory://",
                    "SECRET_KEY": "only for measuring, and long enough",
                    "BASE_URL": "http://localhost",
                }
            )
        )
        keys = KeysInMemory()
        with app.app_context():
            upgrade()
            with Session(db.engine) as session:
                _fill(session, keys, people=-(-ballots // RATED))
                session.commit()
        yield app, keys, file


def _fill(session: Session, keys: KeysInMemory, *, people: int) -> None:
    random = Random(people)
    session.add(Site(id=1, name="Here", zone="Europe/Berlin", country="DE"))
    session.add(Department(id=1, name="All"))
    session.flush()
    teams = max(people // TEAM_SIZE, RATED + 1)
    session.execute(
        insert(Team),
        [{"id": n, "name": f"T{n}", "department_id": 1, "site_id": 1} for n in range(1, teams + 1)],
    )
    session.execute(insert(Person), [_person(n) for n in range(1, people + 1)])
    public = keys.make(1)
    days = {"opens_on": DAY, "ends_on": NOW.date(), "created_at": NOW}
    session.add(
        Wave(id=1, title="W", state=WaveState.OPEN, public_key=public, asked=people, **days)
    )
    session.flush()
    frozen = {"wave_id": 1, "department_id": 1, "department": "All", "members": TEAM_SIZE}
    session.execute(
        insert(WaveTeam),
        [{**frozen, "team_id": n, "name": f"T{n}", "moved": 0} for n in range(1, teams + 1)],
    )
    homes = [1 + n % teams for n in range(people)]
    session.execute(
        insert(Asked),
        [{"wave_id": 1, "person_id": n + 1, "team_id": home} for n, home in enumerate(homes)],
    )
    about = [
        {"wave_id": 1, "person_id": n + 1, "target_id": 1 + (home + step) % teams}
        for n, home in enumerate(homes)
        for step in range(RATED)
    ]
    session.execute(insert(AskedAbout), about)
    session.execute(insert(BallotMark), about)
    session.execute(insert(SealedBox), [_box(public, homes, row, random) for row in about])


def _person(number: int) -> dict[str, object]:
    return {
        "id": number,
        "number": f"P{number}",
        "given_name": "G",
        "family_name": "F",
        "email": f"p{number}@example.com",
        "site_id": 1,
        "joined_on": DAY,
    }


def _box(public: str, homes: list[int], row: dict[str, int], random: Random) -> dict[str, object]:
    answers = tuple(random.choices((1, 2, 3, 4, 5), k=len(SCORED)))
    ballot = Ballot(homes[row["person_id"] - 1], row["target_id"], 2, answers, 3)
    return {
        "key": secrets.token_bytes(16),
        "wave_id": 1,
        "content": seal_ballot(public, ballot),
    }


if __name__ == "__main__":
    main()
