"""`python -m bench.close`: close waves of growing size, beside the floor.

The floor is what no close can spare: read the boxes, open them, shuffle in numpy, write one table
in one transaction and score. The product's own close does the same and the rest: the release
plan, the cells, the protocol, the deletions, the audit entry. Seconds are of the processor, of
this program and of the database server; a busy machine inflates them by about half.
"""

from __future__ import annotations

import argparse
import cProfile
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import astuple, dataclass
from pathlib import Path
from random import SystemRandom
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import db
from app.domain.questionnaire import SCORED
from app.health.services.publishing import publish
from app.surveys.models import Wave
from app.surveys.services.cleaning import rewrite_files
from app.surveys.services.closing import Opening, close_wave, read_boxes
from app.surveys.services.keys import KeysInMemory
from bench.close.company import NOW, company
from bench.close.floor import floor
from tests.postgres import running_server

T = TypeVar("T")
TICKS = 100  # of the kernel's clock per second
GOAL = 2.0  # seconds beyond the floor, at a million answers
GOAL_AT = 1_000_000


@dataclass(frozen=True)
class Times:
    """Seconds of the processor, step by step."""

    floor: float
    opening: float
    transaction: float
    snapshot: float
    files: float

    @property
    def beyond(self) -> float:
        """What the close and its snapshot take more than the floor."""
        return self.opening + self.transaction + self.snapshot - self.floor


def main() -> int:
    """Print one line per size and database; 1 if a million answers miss the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.close")
    parser.add_argument("--answers", default="10000,100000", help="scored answers, by commas")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--profile", help="write what the close itself calls into this file")
    chosen = parser.parse_args()
    print("database    answers   floor   opening   transaction   snapshot   files   beyond floor")
    missed = False
    for name in chosen.databases:
        for answers in map(int, chosen.answers.split(",")):
            with _profile(chosen.profile) as profile:
                runs = [_measure(name, answers // len(SCORED), profile) for _ in range(chosen.runs)]
            found = _medians(runs)
            missed |= answers >= GOAL_AT and found.beyond > GOAL * answers / GOAL_AT
            print(
                f"{name:<12}{answers:<10}{found.floor:<8.2f}{found.opening:<10.2f}"
                f"{found.transaction:<14.2f}{found.snapshot:<11.2f}{found.files:<8.2f}"
                f"{found.beyond:.2f}",
                flush=True,
            )
    return int(missed)


def _medians(runs: Sequence[Times]) -> Times:
    return Times(*(statistics.median(column) for column in zip(*map(astuple, runs), strict=True)))


@contextmanager
def _profile(file: str | None) -> Iterator[cProfile.Profile | None]:
    if file is None:
        yield None
        return
    profile = cProfile.Profile()
    yield profile
    profile.dump_stats(file)


def _measure(name: str, ballots: int, profile: cProfile.Profile | None) -> Times:
    with ExitStack() as stack:
        if name == "postgresql":
            url = stack.enter_context(running_server()).create("bench_close")
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="close-"))
            url = f"sqlite:///{Path(folder) / 'wave.db'}"
        _app, keys = stack.enter_context(company(url, ballots))
        return _steps(keys, profile)


def _steps(keys: KeysInMemory, profile: cProfile.Profile | None) -> Times:
    server = _server()
    with Session(db.engine) as session:
        key = keys.private(1, session.get_one(Wave, 1).public_key or "")
    bare = _timed(server, lambda: floor(db.engine.url, key))[0]
    with profile or nullcontext():
        with Session(db.engine) as session:
            opening, known = _timed(server, lambda: read_boxes(session, 1, keys))
        given = Opening(keys, SystemRandom(), known)
        transaction = _timed(server, lambda: _close(given))[0]
        snapshot = _timed(server, _publish)[0]
    files = _timed(server, lambda: rewrite_files(db.engine))[0]
    return Times(bare, opening, transaction, snapshot, files)


def _close(given: Opening) -> None:
    with Session(db.engine) as session:
        close_wave(session, 1, at=NOW, opening=given)
        session.commit()


def _publish() -> None:
    with Session(db.engine) as session:
        publish(session, 1, on=NOW.date(), at=NOW)
        session.commit()


def _timed(server: int | None, act: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time() + _seconds_of(server)
    found = act()
    return time.process_time() + _seconds_of(server) - began, found


def _server() -> int | None:
    """The process all of the database server's are children of; none on SQLite."""
    if db.engine.dialect.name == "sqlite":
        return None
    with db.engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return int(_stat(Path(f"/proc/{backend}"))[1])


def _seconds_of(server: int | None) -> float:
    """Processor time of the server: its own, that of its ended children and of living ones."""
    if server is None:
        return 0.0
    own = _stat(Path(f"/proc/{server}"))
    ticks = sum(map(int, own[11:15]))
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = _stat(process)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if fields[1] == str(server):
            ticks += sum(map(int, fields[11:13]))
    return ticks / TICKS


def _stat(process: Path) -> list[str]:
    """The fields of a process behind its name: state, parent and so on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


if __name__ == "__main__":
    raise SystemExit(main())
