"""The product as people run it: its own start command, on a free port and its own database."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.lifeline import end_with_parent

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class LiveServer:
    """A running product; `process` is its supervisor, `log` what it has said."""

    port: int
    url: str
    process: subprocess.Popen[bytes]
    log: Path
    environ: dict[str, str]

    def get(self, path: str, seconds: float = 10) -> int:
        """Ask once, on a connection of its own; gives the status. Raises OSError when late."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, seconds)) as client:
            client.request("GET", path)
            answer = client.getresponse()
            answer.read()
            return answer.status

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/healthz", 2) == http.client.OK:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()[-4000:]}")


def flask(environ: dict[str, str], *words: str) -> str:
    """Run a `flask` command against a live server's database; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environ_for(database_url: str, folder: Path, port: int) -> dict[str, str]:
    """Give the environment of a product on this database, its files in `folder`."""
    without = {"CI", "FLASK_APP", "FLASK_DEBUG", "MAIL_URL", "QUEUE_URL", "TANDEM_PRODUCTION"}
    without |= {"PYTHONDONTWRITEBYTECODE"}  # else every part compiles all of the program
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    return {
        **inherited,
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": str(folder),
        "PORT": str(port),
        "SECRET_KEY": "only for tests, and long enough for production",
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def live_server(database_url: str, folder: Path, **extra: str) -> Iterator[LiveServer]:
    """Run the product for the length of the block, and end it as an operator would."""
    port = free_port()
    environ = environ_for(database_url, folder, port) | extra
    log = folder / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "tools/serve.py"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )
    server = LiveServer(port, f"http://127.0.0.1:{port}", process, log, environ)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
