"""The planner as a child process: started, listened to, stopped.

A process of its own, so that a solver that takes all memory or crashes takes nobody along, and so
that web pages and mails go on.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent.parent
COMMAND = (sys.executable, "-m", "app.planner")
GRACE_SECONDS = 20
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


class PlannerFailedError(Exception):
    """The planner ended without an answer: a message id, and what it said last."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(f"{problem} {detail}".strip())
        self.problem = problem
        self.detail = detail


class Child:
    """A running `solve`; `latest` is its last progress message, `words` its last plain line."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.latest: dict[str, Any] = {}
        self.words = ""
        self._process = subprocess.Popen(  # noqa: S603 - our own program, arguments as a list
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        lines: IO[str] | None = self._process.stderr
        for line in lines or ():
            try:
                message = json.loads(line)
            except ValueError:
                self.words = line.strip() or self.words
            else:
                if isinstance(message, dict):
                    self.latest = message

    def wait(self, seconds: float) -> bool:
        """Wait at most this long; says whether the child has ended."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._listener.join(1)
        return True

    def stop(self) -> None:
        """Ask for the best plan so far."""
        self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """End it for good, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._listener.join(1)
            with contextlib.suppress(OSError):
                self._process.stderr.close()

    @property
    def status(self) -> int:
        """Its exit status, once it has ended."""
        return self._process.returncode


def _environment() -> dict[str, str]:
    """What the child may know: where Python is, and no secret."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def answer(arguments: Sequence[str], out: Path, *, seconds: float) -> str | None:
    """Run a short planner command that writes `out`; its text, or None when it came to nothing."""
    try:
        subprocess.run(  # noqa: S603 - our own program, arguments as a list
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return read(out)


def read(path: Path) -> str | None:
    """A JSON file's text, or None while there is none or only half of one."""
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
    except (OSError, ValueError):
        return None
    return text


def solve_arguments(
    folder: Path, settings: Mapping[str, Any], *, time_limit: int, start: bool
) -> list[str]:
    """The arguments of `solve` for a scenario whose files lie in `folder`."""
    found = [
        "solve",
        str(folder / "instance.json"),
        *("-o", str(folder / "plan.json")),
        *("--time", str(time_limit)),
        *("--gap", str(settings.get("gap", 0))),
        "--progress",
        "--keep",
    ]
    if start:
        found += ["--start", str(folder / "start.json")]
    if settings.get("max_changes") is not None:
        found += ["--max-changes", str(settings["max_changes"])]
    return found
