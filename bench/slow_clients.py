"""Measure whether a server still answers while slow clients hold it.

    python -m bench.slow_clients              all candidates, 12, 100 and 900 slow clients
    python -m bench.slow_clients --servers waitress --slow 100

A slow client opens a request and does not finish it: either the head (`headers`) or a form that
it announced (`body`) keeps coming, one byte now and then, for as long as the measurement lasts.
Meanwhile ten good requests are made, one after the other; each has one second. Beside it, with no
slow client, plain throughput is counted, and the time from `kill -9` to the next good answer.
All on the loopback, against the program itself on a database of its own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.web import APPLICATION, command, listen, raise_open_files

ROOT = Path(__file__).resolve().parent.parent
# Name and number of processes.
CANDIDATES = {"waitress": 1, "waitress-2": 2, "granian": 2}
GOOD_REQUESTS = 10
GOOD_SECONDS = 1.0
LOAD_SECONDS = 4.0
LOAD_CLIENTS = 8
START_SECONDS = 30.0
HEADERS = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail="
)


@dataclass(frozen=True)
class Result:
    """`answered` of ten good requests came within a second; `slowest` is in seconds."""

    server: str
    kind: str
    slow: int
    answered: int
    slowest: float


@dataclass(frozen=True)
class Speed:
    """`per_second` requests with eight clients; `restart` seconds from kill -9 to an answer."""

    server: str
    per_second: float
    restart: float


class Server:
    """One candidate on a free port: its processes, and the socket they share if they share one."""

    def __init__(self, name: str, application: str, environ: dict[str, str]) -> None:
        self.name = name
        self.port = _free_port()
        self._application = application
        self._environ = environ
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self.name == "granian":
            self._processes = [self._spawn(_granian(self._application, self.port), ())]
        else:
            with listen("127.0.0.1", self.port) as listener:
                line = command(listener, self._application)
                shared = (listener.fileno(),)
                self._processes = [self._spawn(line, shared) for _ in range(CANDIDATES[self.name])]
        deadline = time.monotonic() + START_SECONDS
        while self.answers_in(GOOD_SECONDS) is None:
            if time.monotonic() > deadline or self._processes[0].poll() is not None:
                raise RuntimeError(f"{self.name} did not start")
            time.sleep(0.05)

    def end(self) -> None:
        """Kill it and its children, and wait until they are gone."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=START_SECONDS)

    def _spawn(self, line: list[str], shared: tuple[int, ...]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            line,
            cwd=ROOT,
            env=self._environ,
            pass_fds=shared,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def answers_in(self, seconds: float) -> float | None:
        """How long one good request takes, or None when it fails or takes longer than that."""
        begun = time.monotonic()
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, seconds)) as client:
                client.request("GET", "/healthz")
                ok = client.getresponse().read() is not None
        except (OSError, http.client.HTTPException):
            return None
        took = time.monotonic() - begun
        return took if ok and took < seconds else None


@contextmanager
def slow_clients(port: int, kind: str, count: int) -> Iterator[None]:
    """Hold `count` half-open requests for the length of the block, a byte each second or so."""
    opening = HEADERS if kind == "headers" else BODY
    stop = threading.Event()
    with ExitStack() as held:
        clients = []
        for _ in range(count):
            client = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            client.sendall(opening)
            clients.append(client)

        def drip() -> None:
            while not stop.wait(1.0):
                for client in clients:
                    with suppress(OSError):
                        client.send(b"a")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield
        finally:
            stop.set()
            dripping.join()


def held_by(server: Server, kind: str, slow: int) -> Result:
    """Ask ten times while slow clients hold the server."""
    with slow_clients(server.port, kind, slow):
        time.sleep(0.5)
        times = [server.answers_in(GOOD_SECONDS) for _ in range(GOOD_REQUESTS)]
    good = [took for took in times if took is not None]
    slowest = max(good) if len(good) == len(times) else GOOD_SECONDS
    return Result(server.name, kind, slow, len(good), round(slowest, 3))


def throughput(server: Server) -> float:
    """Requests per second that eight clients get out of the server on kept connections."""
    end = time.monotonic() + LOAD_SECONDS
    counts = [0] * LOAD_CLIENTS

    def ask(index: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", server.port, 10)
        with closing(client):
            while time.monotonic() < end:
                client.request("GET", "/healthz")
                client.getresponse().read()
                counts[index] += 1

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(LOAD_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / LOAD_SECONDS, 1)


def restart(server: Server) -> float:
    """Seconds from killing the server to the next good answer of its successor."""
    begun = time.monotonic()
    server.end()
    server.start()
    return round(time.monotonic() - begun, 2)


def measure(
    name: str, application: str, environ: dict[str, str], amounts: list[int]
) -> Iterator[Result | Speed]:
    """All figures of one server, each as soon as it is known."""
    server = Server(name, application, environ)
    server.start()
    try:
        yield Speed(name, throughput(server), restart(server))
        for kind in ("headers", "body"):
            for amount in amounts:
                yield held_by(server, kind, amount)
                server.end()
                server.start()
    finally:
        server.end()


def _granian(application: str, port: int) -> list[str]:
    """Two processes whose connections are held outside Python."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--http", "1", "--no-ws"),
        *("--workers", "2", "--blocking-threads", "8", "--backlog", "2048", application),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environ(folder: Path) -> dict[str, str]:
    """Point the program at a migrated database of its own."""
    environ = {**os.environ, "INSTANCE_PATH": str(folder), "SECRET_KEY": "x" * 64}
    environ |= {"BASE_URL": "http://127.0.0.1", "DATABASE_URL": f"sqlite:///{folder / 'b.db'}"}
    command = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
    return environ


def main() -> None:
    """Measure what the command line names and print one JSON line per figure."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_clients")
    parser.add_argument("--servers", nargs="+", default=list(CANDIDATES), choices=list(CANDIDATES))
    parser.add_argument("--slow", nargs="+", type=int, default=[12, 100, 900])
    parser.add_argument("--application", default=APPLICATION)
    chosen = parser.parse_args()
    raise_open_files()
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    print(json.dumps({"open_files": soft, "cores": os.cpu_count()}))
    with tempfile.TemporaryDirectory() as folder:
        own = chosen.application == APPLICATION
        environ = _environ(Path(folder)) if own else dict(os.environ)
        for name in chosen.servers:
            for figure in measure(name, chosen.application, environ, chosen.slow):
                print(json.dumps(asdict(figure)), flush=True)


if __name__ == "__main__":
    main()
