"""Run web server and worker together, and end them together.

    python tools/serve.py            serve until INT, TERM or HUP
    python tools/serve.py --check    only say whether the settings and the port will do

The environment decides: HOST (default 127.0.0.1), PORT (8000), WEB_PROCESSES (one per core, at
most 4), and all that config.py reads. The program is loaded once, and every part forked from it.
When one part dies the others are ended as well, and the status is 1, so that whoever started us
starts all of it again.
"""

from __future__ import annotations

import errno
import http.client
import os
import signal
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import ConfigurationError, settings  # noqa: E402 - found by the line above
from tools.parts import Part, load_program  # noqa: E402
from tools.web import APPLICATION, listen, raise_open_files, serve  # noqa: E402

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

GRACE_SECONDS = 10
START_SECONDS = 60
MOST_PROCESSES = 4
WORKER = [
    *("huey_consumer", "app.worker.huey"),
    *("--workers", "2", "--worker-type", "thread", "--max-delay", "1"),
    *("--graceful-signal", "TERM", "--shutdown-timeout", "8", "--quiet"),
]


class Unservable(Exception):  # noqa: N818 - a no with its reason, not a fault
    """The server cannot start; the message is for whoever started it."""


class Supervisor:
    """The parts that run, and the wish to stop."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._stop = threading.Event()

    def start(self, name: str, work: Callable[[], None], *, shown: str) -> None:
        """Start one part; `shown` is its name among the processes of the machine."""
        self._parts[name] = Part(shown, work)

    def obey_signals(self) -> None:
        """Stop on INT, TERM or HUP."""
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, lambda *_: self._stop.set())

    def is_stopped(self) -> bool:
        """Whether somebody wished us to stop."""
        return self._stop.is_set()

    def watch(self) -> int:
        """Wait for a signal (status 0) or for the first part that ends by itself (status 1)."""
        while not self._stop.wait(0.2):
            for name, part in self._parts.items():
                if (status := part.poll()) is not None:
                    say(f"The {name} ended (status {status}): stopping the rest.")
                    return 1
        return 0

    def end(self) -> None:
        """Ask every part to end, and kill what has not ended after ten seconds."""
        for part in self._parts.values():
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for name, part in self._parts.items():
            if part.wait(deadline) is None:
                say(f"The {name} did not end by itself.")
            part.signal(signal.SIGKILL)  # also what it left behind in its group
            part.wait(deadline + GRACE_SECONDS)


def main(arguments: list[str]) -> int:
    """Serve, or check; returns the exit status."""
    try:
        listener, address = _ready()
    except (ConfigurationError, Unservable) as reason:
        print(f"Tandem cannot start: {reason}", file=sys.stderr)
        return 2
    with listener:
        return 0 if "--check" in arguments else _serve(listener, address)


def _ready() -> tuple[socket.socket, str]:
    """Take the port and read the settings; gives the socket and the address people use."""
    host = os.environ.get("HOST") or "127.0.0.1"
    base_url = settings().base_url
    port = int(os.environ.get("PORT") or 8000)
    try:
        return listen(host, port), base_url
    except OSError as reason:
        if reason.errno != errno.EADDRINUSE:
            raise Unservable(f"{host}:{port} cannot be used ({reason.strerror}).") from reason
        raise Unservable(
            f"port {port} is taken by another program. Stop it, or choose another port: "
            f"PORT={port + 1} make run"
        ) from reason


def _serve(listener: socket.socket, address: str) -> int:
    raise_open_files()
    supervisor = Supervisor()
    supervisor.obey_signals()
    load_program()
    if supervisor.is_stopped():
        return 0
    try:
        _start_parts(supervisor, listener, address)
        return supervisor.watch()
    finally:
        supervisor.end()


def _start_parts(supervisor: Supervisor, listener: socket.socket, address: str) -> None:
    handle = listener.fileno()
    for number in range(1, _web_processes() + 1):
        supervisor.start(
            f"web server {number}",
            lambda: serve(handle, APPLICATION),
            shown=f"tandem-web-{number}",
        )
    # The worker prints the greeting: one more process would build an app for it.
    waiting, ready = os.pipe()
    supervisor.start("worker", lambda: _work(waiting, (handle, ready)), shown="tandem-worker")
    os.close(waiting)
    host, port = listener.getsockname()[:2]
    # The parts hold the socket now; were it ours too, a dead server would seem to listen.
    listener.close()
    greeting = threading.Thread(target=_greet, args=(host, port, address, ready), daemon=True)
    greeting.start()


def _work(waiting: int, not_ours: tuple[int, ...]) -> None:
    """Be the worker, and greet as soon as something arrives through the pipe `waiting`."""
    from huey.bin.huey_consumer import consumer_main  # noqa: PLC0415 - not for --check

    for handle in not_ours:
        os.close(handle)
    os.environ["GREET_AFTER"] = str(waiting)
    sys.argv = WORKER
    consumer_main()


def _web_processes() -> int:
    given = os.environ.get("WEB_PROCESSES", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    return min(os.cpu_count() or 1, MOST_PROCESSES)


def _greet(host: str, port: int, address: str, ready: int) -> None:
    """Say where Tandem is to be found, as soon as it answers; the worker says the rest then."""
    home = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection(home, port, timeout=2)) as client,
        ):
            client.request("GET", "/healthz")
            if client.getresponse().status < http.client.INTERNAL_SERVER_ERROR:
                say(f"Tandem answers at {address} (Ctrl-C stops it).")
                with suppress(BrokenPipeError), os.fdopen(ready, "wb", buffering=0) as worker:
                    worker.write(b"!")
                return
        time.sleep(0.1)


def say(sentence: str) -> None:
    """Print at once, also into a pipe."""
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
