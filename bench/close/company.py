"""An open wave with its boxes full, on a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import create_app
from app.database import db
from app.domain.questionnaire import SCORED
from app.domain.waves import WaveState
from app.people.models import Department, Person, Site, Team
from app.surveys.models import Asked, AskedAbout, BallotMark, SealedBox, Wave, WaveTeam
from app.surveys.services.keys import KeysInMemory
from app.surveys.services.sealing import Ballot, seal_ballot
from config import settings

RATED = 4  # ballots a person hands in
TEAM_SIZE = 20
DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


@contextmanager
def company(url: str, ballots: int) -> Iterator[tuple[Flask, KeysInMemory]]:
    """An app on an empty database with one open wave and so many ballots in its boxes."""
    with TemporaryDirectory(prefix="close-") as folder:
        app = create_app(
            settings(
                {
                    "DATABASE_URL": url,
                    "INSTANCE_PATH": str(Path(folder) / "instance"),
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
            yield app, keys
            db.engine.dispose()


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
        "given_name": f"Given{number % 500}",
        "family_name": f"Family{number}",
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
