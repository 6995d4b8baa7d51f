"""Have calendars read by a process that holds no secret, each in its bounds."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.calendars.reading import limits
from app.calendars.reading.bounds import Bounds
from app.calendars.reading.reader import Reading
from app.calendars.reading.wire import Question, question_line, read_answer

_ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = Bounds().wall + 10  # seconds; the process keeps its own bounds, this is for its faults
_CHUNK = 1 << 16
_AT_ONCE = threading.BoundedSemaphore(2)


def ask(questions: Iterable[Question]) -> Iterator[Reading]:
    """Read one calendar after the other; every question gets its answer, in the same order."""
    process: subprocess.Popen[bytes] | None = None
    try:
        for question in questions:
            process = process or _start()
            reading = _converse(process, question)
            if reading is None:
                _stop(process)
                process = None
                reading = Reading(refused=limits.BROKEN)
            yield reading
    finally:
        if process:
            _stop(process)


def ask_one(question: Question) -> Reading:
    """Read one calendar. At most two are read at once, so that many uploads starve nobody."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        return Reading(refused=limits.TOO_SLOW)
    try:
        [reading] = ask([question])
    finally:
        _AT_ONCE.release()
    return reading


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-E", "-s", "-m", "app.calendars.reading"],
        cwd=_ROOT,
        env={},  # neither addresses nor passwords
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with process:  # closes its pipes and waits
        pass


def _converse(process: subprocess.Popen[bytes], question: Question) -> Reading | None:
    """The answer, or None when the process is broken."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(question_line(question))
        if isinstance(question.source, bytes):
            process.stdin.write(question.source)
        process.stdin.flush()
    except BrokenPipeError:
        return None
    line = _line(process.stdout.fileno(), time.monotonic() + _PATIENCE)
    return read_answer(line) if line else None


def _line(pipe: int, until: float) -> bytes | None:
    heard = bytearray()
    while (left := until - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
        piece = os.read(pipe, _CHUNK)
        if not piece:
            return None
        heard += piece
        if heard.endswith(b"\n"):
            return bytes(heard)
    return None
