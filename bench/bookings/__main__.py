"""Measure bookings of the same seat and of different seats beside an empty route and bare inserts.

    python -m bench.bookings                              SQLite and PostgreSQL, 3 rounds
    python -m bench.bookings --databases sqlite --bookings 600 --rounds 1

Sixteen connections on the loopback, two server processes, the load generator on the same machine.
Each round measures empty route, bare transaction, spread and hot bookings one after the other, so
that what else the machine does falls on all of them; medians over the rounds.

* spread: every booking is for another session than those under way beside it
* hot: all bookings under way are for one session, whose row they line up for
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from bench.bookings import company
from bench.bookings.company import Client
from config import settings
from tests.postgres import running_server
from tools.web import command, listen

ROOT = Path(__file__).resolve().parent.parent.parent
CONNECTIONS, PROCESSES = 16, 2
PEOPLE = 300
START_SECONDS = 60
SECRET = "only for measuring, and long enough for production"  # noqa: S105 - measured, thrown away


@dataclass(frozen=True)
class Wish:
    """One request: who, and for which path; without a client the path is only fetched."""

    path: str
    client: Client | None = None


@dataclass(frozen=True)
class Figure:
    """Answers per second of the clock and per second of the servers' processor time.

    `median` and `p99` of their times are in milliseconds.
    """

    per_second: float
    per_cpu_second: float
    median: float
    p99: float
    failed: int


def environ_for(url: str, folder: Path) -> dict[str, str]:
    """The settings of a product on this database, its files in `folder`."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "INSTANCE_PATH": str(folder),
        "SECRET_KEY": SECRET,
        "BASE_URL": "http://127.0.0.1",
        "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
    }


@dataclass(frozen=True)
class Running:
    """Server processes on one port."""

    port: int
    processes: tuple[subprocess.Popen[bytes], ...]

    def cpu_seconds(self) -> float:
        """Processor time they have used so far."""
        ticks = 0
        for process in self.processes:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[Running]:
    """Run the server processes for the length of the block."""
    with listen("127.0.0.1", 0) as listener:
        port = int(listener.getsockname()[1])
        line = command(listener, "bench.bookings.arena:create_app")
        shared = (listener.fileno(),)
        running = [
            subprocess.Popen(line, cwd=ROOT, env=environ, pass_fds=shared, start_new_session=True)
            for _ in range(PROCESSES)
        ]
        try:
            _wait(port)
            yield Running(port, tuple(running))
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if send(port, [Wish("/bench/empty")])[1] == 0:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def send(port: int, wishes: Sequence[Wish]) -> tuple[list[float], int]:
    """Send requests on one kept connection; gives their times in seconds, and how many failed."""
    times, failed = [], 0
    with closing(http.client.HTTPConnection("127.0.0.1", port, 60)) as connection:
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for wish in wishes:
            begun = time.perf_counter()
            status = _one(connection, wish)
            times.append(time.perf_counter() - begun)
            failed += status not in {200, 302}
    return times, failed


def _one(connection: http.client.HTTPConnection, wish: Wish) -> int:
    if wish.client is None:
        connection.request("GET", wish.path)
    else:
        headers = {
            "Cookie": f"session={wish.client.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrf_token": wish.client.csrf})
        connection.request("POST", wish.path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def measure(server: Running, wishes: Sequence[Wish]) -> Figure:
    """Let sixteen connections send these requests; each takes every sixteenth."""
    shares = [wishes[index::CONNECTIONS] for index in range(CONNECTIONS)]
    begun, used = time.perf_counter(), server.cpu_seconds()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = list(pool.map(lambda share: send(server.port, share), shares))
    took, used = time.perf_counter() - begun, server.cpu_seconds() - used
    times = sorted(seconds for share, _failed in found for seconds in share)
    return Figure(
        per_second=round(len(times) / took, 1),
        per_cpu_second=round(len(times) / max(used, 0.01), 1),
        median=round(1000 * statistics.median(times), 1),
        p99=round(1000 * times[min(len(times) - 1, int(len(times) * 0.99))], 1),
        failed=sum(failed for _share, failed in found),
    )


class Arena:
    """A database with people and sessions; gives ever new wishes."""

    def __init__(self, app: Flask, bookings: int) -> None:
        self._app, self._bookings, self._used = app, bookings, 0
        with app.app_context(), Session(db.engine) as session:
            self._clients = company.people(session, app, PEOPLE, now=clock.now())
            session.commit()

    def wishes(self, kind: str) -> list[Wish]:
        """As many requests as are to be measured, all of one kind."""
        if kind == "empty":
            return [Wish("/bench/empty")] * self._bookings
        keys = self._sessions(-(-self._bookings // PEOPLE))
        path = "/bench/bare/{}" if kind == "bare" else "/sessions/{}/book"
        if kind == "hot":
            pairs = [(client, key) for key in keys for client in self._clients]
        else:  # neighbours in time want different sessions
            more = self._sessions(PEOPLE - len(keys))
            keys = [*keys, *more]
            pairs = [
                (client, keys[(index + shift) % len(keys)])
                for shift in range(-(-self._bookings // PEOPLE))
                for index, client in enumerate(self._clients)
            ]
        return [Wish(path.format(key), client) for client, key in pairs[: self._bookings]]

    def _sessions(self, number: int) -> list[int]:
        with self._app.app_context(), Session(db.engine) as session:
            made = company.sessions(session, number, now=clock.now(), first=self._used)
            session.commit()
        self._used += number
        return made


def measure_all(url: str, folder: Path, *, bookings: int, rounds: int) -> dict[str, Figure]:
    """The median figures of each kind on one database."""
    environ = environ_for(url, folder)
    from flask_migrate import upgrade  # noqa: PLC0415

    from app import create_app  # noqa: PLC0415 - after the environment is chosen

    app = create_app(settings(environ))
    with app.app_context():
        upgrade()
    arena = Arena(app, bookings)
    kinds = ("empty", "bare", "spread", "hot")
    found: dict[str, list[Figure]] = {kind: [] for kind in kinds}
    with serving(environ) as server:
        for kind in ("bare", "spread"):  # warm up
            measure(server, arena.wishes(kind)[:100])
        for _ in range(rounds):
            for kind in kinds:
                figure = measure(server, arena.wishes(kind))
                found[kind].append(figure)
                print(json.dumps({"kind": kind, **vars(figure)}), flush=True)
    with app.app_context():
        db.engine.dispose()
    return {kind: _median(figures) for kind, figures in found.items()}


def _median(figures: Sequence[Figure]) -> Figure:
    return Figure(
        per_second=statistics.median(one.per_second for one in figures),
        per_cpu_second=statistics.median(one.per_cpu_second for one in figures),
        median=statistics.median(one.median for one in figures),
        p99=statistics.median(one.p99 for one in figures),
        failed=sum(one.failed for one in figures),
    )


def verdict(name: str, found: dict[str, Figure]) -> dict[str, object]:
    """Figures and the ratios they are judged by."""
    empty, bare, spread, hot = (found[kind] for kind in ("empty", "bare", "spread", "hot"))
    return {
        "database": name,
        **{f"{kind}_per_second": figure.per_second for kind, figure in found.items()},
        **{f"{kind}_per_cpu_second": figure.per_cpu_second for kind, figure in found.items()},
        "spread_to_bare_by_cpu": round(spread.per_cpu_second / bare.per_cpu_second, 2),
        "hot_to_spread_by_cpu": round(hot.per_cpu_second / spread.per_cpu_second, 2),
        "spread_to_empty": round(spread.per_second / empty.per_second, 3),
        "spread_to_bare": round(spread.per_second / bare.per_second, 2),
        "hot_to_spread": round(hot.per_second / spread.per_second, 2),
        "hot_median_ms": hot.median,
        "hot_p99_to_median": round(hot.p99 / hot.median, 1),
        "spread_p99_to_median": round(spread.p99 / spread.median, 1),
        "failed": sum(figure.failed for figure in found.values()),
    }


def main() -> None:
    """Measure what the command line names and print one JSON line per figure."""
    parser = argparse.ArgumentParser(prog="python -m bench.bookings")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--bookings", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()}))
    for name in chosen.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder / 'bench.db'}"
            if name == "postgresql":
                url = stack.enter_context(running_server()).create("bench_bookings")
            found = measure_all(url, folder, bookings=chosen.bookings, rounds=chosen.rounds)
            print(json.dumps(verdict(name, found)), flush=True)
    print(json.dumps({"load": os.getloadavg()}))


if __name__ == "__main__":
    main()
