"""Measure bookings of the same seat and of different seats beside an empty route and bare inserts.

    python -m bench.bookings                              SQLite and PostgreSQL, a few minutes
    python -m bench.bookings --databases sqlite --rounds 5

Sixteen connections on the loopback, two server processes, the load generator on the same machine.
Many short rounds; each measures empty route, bare transaction, spread and hot bookings one after
the other, forwards and backwards in turn, so that what else the machine does falls on all alike.
Ratios are made within a round; what is printed and judged are their medians, with the quartiles
beside them. Leaves with 1 where a goal is missed, or where a request failed.

Bookings are sent as a page sends them, with a key that makes them count once: one insert more than
the bare transaction does.

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
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
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
KINDS = ("empty", "bare", "spread", "hot")
# Goal per ratio: (which, at least) or (which, at most); by processor time they only inform.
AT_LEAST = {"spread_to_bare": 0.5, "hot_to_spread": 0.5}
AT_MOST = {"hot_p99_to_median": 10.0, "spread_p99_to_median": 10.0}
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


def send(port: int, wishes: Iterable[Wish]) -> tuple[list[float], int]:
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


def _shared(wishes: Sequence[Wish]) -> Iterator[Iterator[Wish]]:
    """One stream per connection, all fed from the same wishes, so that all end together."""
    waiting = deque(wishes)

    def stream() -> Iterator[Wish]:
        with suppress(IndexError):
            while True:
                yield waiting.popleft()

    return (stream() for _ in range(CONNECTIONS))


def _one(connection: http.client.HTTPConnection, wish: Wish) -> int:
    if wish.client is None:
        connection.request("GET", wish.path)
    else:
        headers = {
            "Cookie": f"session={wish.client.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        fields = {"csrf_token": wish.client.csrf}
        if not wish.path.startswith("/bench/"):  # what people send; the bare floor does without
            fields["request_key"] = token_hex(12)
        body = urlencode(fields)
        connection.request("POST", wish.path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def measure(server: Running, wishes: Sequence[Wish]) -> Figure:
    """Let sixteen connections send these requests, each the next one when it is free."""
    begun, used = time.perf_counter(), server.cpu_seconds()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = list(pool.map(lambda stream: send(server.port, stream), _shared(wishes)))
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


Round = dict[str, Figure]  # one figure per kind, measured right after each other


def measure_all(url: str, folder: Path, *, bookings: int, rounds: int) -> list[Round]:
    """All rounds on one database."""
    environ = environ_for(url, folder)
    from flask_migrate import upgrade  # noqa: PLC0415

    from app import create_app  # noqa: PLC0415 - after the environment is chosen

    app = create_app(settings(environ))
    with app.app_context():
        upgrade()
    arena = Arena(app, bookings)
    with serving(environ) as server:
        for kind in ("bare", "spread"):  # warm up
            measure(server, arena.wishes(kind)[:100])
        found = [_round(server, arena, number) for number in range(rounds)]
    with app.app_context():
        db.engine.dispose()
    return found


def _round(server: Running, arena: Arena, number: int) -> Round:
    """Every kind once; every other round the other way round."""
    wishes = {kind: arena.wishes(kind) for kind in KINDS}
    order = KINDS if number % 2 == 0 else KINDS[::-1]
    found = {kind: measure(server, wishes[kind]) for kind in order}
    for kind in KINDS:
        print(json.dumps({"round": number, "kind": kind, **vars(found[kind])}), flush=True)
    return found


def ratios(one: Round) -> dict[str, float]:
    """What a round is judged by."""
    empty, bare, spread, hot = (one[kind] for kind in KINDS)
    return {
        "spread_to_bare": spread.per_second / bare.per_second,
        "spread_to_bare_by_cpu": spread.per_cpu_second / bare.per_cpu_second,
        "spread_to_empty": spread.per_second / empty.per_second,
        "hot_to_spread": hot.per_second / spread.per_second,
        "hot_to_spread_by_cpu": hot.per_cpu_second / spread.per_cpu_second,
        "hot_p99_to_median": hot.p99 / hot.median,
        "spread_p99_to_median": spread.p99 / spread.median,
    }


def verdict(name: str, rounds: Sequence[Round]) -> dict[str, object]:
    """Medians of the ratios with their quartiles, medians of the figures, and what was missed."""
    found = [ratios(one) for one in rounds]
    by_ratio = {key: sorted(one[key] for one in found) for key in found[0]}
    medians = {key: statistics.median(values) for key, values in by_ratio.items()}
    missed = [key for key, goal in AT_LEAST.items() if medians[key] < goal]
    missed += [key for key, goal in AT_MOST.items() if medians[key] > goal]
    failed = sum(figure.failed for one in rounds for figure in one.values())
    return {
        "database": name,
        **{key: round(value, 3) for key, value in medians.items()},
        "quartiles": {key: _quartiles(values) for key, values in by_ratio.items()},
        **{
            f"{kind}_{what}": statistics.median(getattr(one[kind], what) for one in rounds)
            for kind in KINDS
            for what in ("per_second", "per_cpu_second", "median")
        },
        "failed": failed,
        "missed": missed + (["failed"] if failed else []),
    }


def _quartiles(values: Sequence[float]) -> list[float]:
    """The lower and the upper quartile of sorted values."""
    return [round(values[len(values) // 4], 2), round(values[(3 * len(values)) // 4], 2)]


def main() -> int:
    """Measure what the command line names; gives 1 when a goal is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.bookings")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--bookings", type=int, default=192, help=f"per round, at most {PEOPLE}")
    parser.add_argument("--rounds", type=int, default=12)
    chosen = parser.parse_args()
    if not 1 <= chosen.bookings <= PEOPLE or chosen.rounds < 1:
        parser.error(f"1 to {PEOPLE} bookings, at least one round")
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()}))
    verdicts = []
    for name in chosen.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder / 'bench.db'}"
            if name == "postgresql":
                url = stack.enter_context(running_server()).create("bench_bookings")
            rounds = measure_all(url, folder, bookings=chosen.bookings, rounds=chosen.rounds)
            verdicts.append(verdict(name, rounds))
    for each in verdicts:
        print(json.dumps(each), flush=True)
    print(json.dumps({"load": os.getloadavg()}))
    return int(any(each["missed"] for each in verdicts))


if __name__ == "__main__":
    sys.exit(main())
