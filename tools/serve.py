"""Run web server and worker together, and end them together.

    python tools/serve.py            serve until INT, TERM or HUP
    python tools/serve.py --check    only say whether the settings and the port will do

The environment decides: HOST (default 127.0.0.1), PORT (8000), WEB_PROCESSES (one per core, at
most 4), and all that config.py reads. When one part dies the others are ended as well, and the
status is 1, so that whoever started us starts all of it again.
"""

from __future__ import annotations

import errno
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import ConfigurationError, settings  # noqa: E402 - found by the line above
from tools.lifeline import end_with_parent  # noqa: E402
from tools.web import command, listen, raise_open_files  # noqa: E402

if TYPE_CHECKING:
    import socket

GRACE_SECONDS = 10
START_SECONDS = 60
MOST_PROCESSES = 4
WORKER = [
    *(sys.executable, "-m", "huey.bin.huey_consumer", "app.worker.huey"),
    *("--workers", "2", "--worker-type", "thread", "--max-delay", "1"),
    *("--graceful-signal", "TERM", "--shutdown-timeout", "8", "--quiet"),
]


class Unservable(Exception):  # noqa: N818 - a no with its reason, not a fault
    """The server cannot start; the message is for whoever started it."""


class Supervisor:
    """The parts that run, and the wish to stop."""

    def __init__(self) -> None:
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def start(
        self, name: str, line: list[str], *, shared: tuple[int, ...] = (), **environ: str
    ) -> None:
        """Start one part in a process group of its own, with `environ` added to ours."""
        self._parts[name] = subprocess.Popen(
            line,
            cwd=ROOT,
            env={**os.environ, **environ},
            pass_fds=shared,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )

    def obey_signals(self) -> None:
        """Stop on INT, TERM or HUP."""
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, lambda *_: self._stop.set())

    def watch(self) -> int:
        """Wait for a signal (status 0) or for the first part that ends by itself (status 1)."""
        while not self._stop.wait(0.2):
            for name, process in self._parts.items():
                if process.poll() is not None:
                    say(f"The {name} ended (status {process.returncode}): stopping the rest.")
                    return 1
        return 0

    def end(self) -> None:
        """Ask every part to end, and kill what has not ended after ten seconds."""
        for process in self._parts.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for name, process in self._parts.items():
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"The {name} did not end by itself.")
            _signal(process, signal.SIGKILL)  # also what it left behind in its group
            process.wait()


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
    try:
        for number in range(_web_processes()):
            supervisor.start(
                f"web server {number + 1}", command(listener), shared=(listener.fileno(),)
            )
        # The worker prints the greeting: one more process would load all of the program for it.
        waiting, ready = os.pipe()
        supervisor.start("worker", WORKER, shared=(waiting,), GREET_AFTER=str(waiting))
        os.close(waiting)
        host, port = listener.getsockname()[:2]
        # The parts hold the socket now; were it ours too, a dead server would seem to listen.
        listener.close()
        greeting = threading.Thread(target=_greet, args=(host, port, address, ready), daemon=True)
        greeting.start()
        return supervisor.watch()
    finally:
        supervisor.end()


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


def _signal(process: subprocess.Popen[bytes], kind: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, kind)


def say(sentence: str) -> None:
    """Print at once, also into a pipe."""
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
