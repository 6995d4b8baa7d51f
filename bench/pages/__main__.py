"""`python -m bench.pages`: pages about published waves, with few and with many answers.

Two companies with the same teams, pairs and waves; only how many answered differs. Pages of both
are asked for in turn, so that whatever else the machine does strikes both; the processor time of a
page is the median over the turns. Leaves with 1 where a page asks the database another number of
questions, or where the many answers cost more time than `--tolerance` allows.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app import create_app
from app.database import db
from bench.pages.company import Visitor, fill
from config import settings
from tests.postgres import running_server

TOLERANCE = 1.3
NO_QUESTION = ("PRAGMA", "BEGIN", "SET TRANSACTION")  # they open transactions
PAGES = (
    ("company and matrix", "/health/", ("HR", "lead", "sponsor")),
    ("company alone", "/health/", ("employee",)),
    ("pair", "/health/pairs/{one}/{other}", ("HR", "lead", "sponsor")),
    ("team", "/health/teams/{one}", ("HR", "lead", "sponsor")),
    ("today", "/today", ("lead",)),
)


@dataclass(frozen=True)
class Company:
    """An app on a filled database, with a browser per role."""

    app: Flask
    engine: Engine
    teams: Sequence[int]
    clients: dict[str, FlaskClient]

    def ask(self, path: str, role: str) -> float:
        """Fetch a page; seconds of the processor."""
        began = time.process_time()
        response = self.clients[role].get(path)
        seconds = time.process_time() - began
        if response.status_code != 200:  # noqa: PLR2004 - all of these pages are there
            raise SystemExit(f"{path} for {role}: {response.status}")
        return seconds

    def statements(self, path: str, role: str) -> int:
        """How many questions a page asks the database, when its reader has just been there."""
        self.ask(path, role)
        found: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(NO_QUESTION):
                found.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        self.ask(path, role)
        event.remove(self.engine, "before_cursor_execute", note)
        return len(found)


def main() -> int:
    """Print one line per page and role; 1 if one of them is not independent of the answers."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--answers", default="1000,10000000", help="of a wave: few,many")
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE)
    parser.add_argument("--databases", nargs="+", default=["sqlite"])
    chosen = parser.parse_args()
    few, many = map(int, chosen.answers.split(","))
    failed = 0
    for database in chosen.databases:
        with _companies(database, (few, many)) as companies:
            print(f"{database}, {few:,} against {many:,} answers a wave")
            print("| page | reader | few | many | ratio | statements |")
            print("|---|---|---|---|---|---|")
            for name, path, roles in PAGES:
                for role in roles:
                    failed += not _measured(companies, name, path, role, chosen)
    print("pages do not depend on answers" if not failed else f"{failed} pages depend on answers")
    return int(failed > 0)


def _measured(
    companies: Sequence[Company], name: str, path: str, role: str, chosen: argparse.Namespace
) -> bool:
    """Print the line of one page; whether it holds what is promised."""
    paths = [path.format(one=c.teams[0], other=c.teams[1]) for c in companies]
    counts = [company.statements(at, role) for company, at in zip(companies, paths, strict=True)]
    times = [
        [company.ask(at, role) for company, at in zip(companies, paths, strict=True)]
        for _ in range(chosen.runs)
    ]
    few, many = (statistics.median(column) for column in zip(*times, strict=True))
    asked = " · ".join(map(str, counts))
    print(
        f"| {name} | {role} | {few * 1000:.1f} ms | {many * 1000:.1f} ms | {many / few:.2f} |"
        f" {asked} |",
        flush=True,
    )
    return len(set(counts)) == 1 and many / few <= chosen.tolerance


@contextmanager
def _companies(database: str, sizes: Sequence[int]) -> Iterator[list[Company]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-")))
        server = stack.enter_context(running_server()) if database == "postgresql" else None
        found = []
        for number, answers in enumerate(sizes):
            name = f"bench_pages_{number}"
            url = server.create(name) if server else f"sqlite:///{folder / name}.db"
            company = _company(url, folder / f"instance-{number}", answers)
            stack.callback(company.engine.dispose)
            found.append(company)
        yield found


def _company(url: str, instance: Path, answers: int) -> Company:
    app = create_app(
        settings(
            {
                "DATABASE_URL": url,
                "INSTANCE_PATH": str(instance),
                "QUEUE_URL": "memory://",
                "SECRET_KEY": "only for measuring, and long enough",
                "BASE_URL": "http://localhost",
            }
        )
    )
    app.config["TESTING"] = True
    with app.app_context():
        upgrade()
        engine = db.engine
    with Session(engine) as session:
        teams, visitors = fill(session, answers)
    return Company(app, engine, teams, {one.role: _browser(app, one) for one in visitors})


def _browser(app: Flask, visitor: Visitor) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = visitor.token
    return client


if __name__ == "__main__":
    raise SystemExit(main())
