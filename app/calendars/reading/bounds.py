"""Work on a stranger's data in a process of its own that may not use much, nor reach anything.

The caller must be single-threaded and small, because it forks: see `__main__`.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.calendars.reading import limits
from app.calendars.reading.limits import FileRefused

_NEEDED_TOO_MUCH, _FAILED = 3, 4
_CHUNK = 1 << 16
_YIELDING = 10
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "ctypes.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds of processor, seconds on the wall, and bytes of address space."""

    cpu: int = 10
    wall: float = 20.0
    memory: int = 512 * limits.MEBIBYTE


def within(bounds: Bounds, work: Callable[[], bytes]) -> bytes:
    """The result of `work`, done in a forked child. Raises FileRefused when it meets a bound."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        _in_child(bounds, work, mouth)
    os.close(mouth)
    try:
        said = _listen(ear, time.monotonic() + bounds.wall)
    finally:
        os.close(ear)
        os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if said is None or status < 0:
        raise FileRefused(limits.TOO_SLOW)
    if status != 0:
        raise FileRefused(limits.TOO_GREEDY if status == _NEEDED_TOO_MUCH else limits.BROKEN)
    return said


def _listen(ear: int, until: float) -> bytes | None:
    """Everything the child says before it hangs up, or None when the time is over."""
    said = bytearray()
    while (left := until - time.monotonic()) > 0:
        if not select.select([ear], [], [], left)[0]:
            break
        heard = os.read(ear, _CHUNK)
        if not heard:
            return bytes(said)
        said += heard
    return None


def _in_child(bounds: Bounds, work: Callable[[], bytes], mouth: int) -> None:
    """Do the work and leave; nothing of the parent's clean-up runs here."""
    status = _FAILED
    try:
        _tighten(bounds)
        _say(mouth, work())
        status = 0
    except MemoryError:
        status = _NEEDED_TOO_MUCH
    except BaseException as fault:
        print(f"calendar reader: {type(fault).__name__}", file=sys.stderr)  # noqa: T201
    finally:
        os._exit(status)


def _tighten(bounds: Bounds) -> None:
    os.nice(_YIELDING)  # people who wait for a page go first
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu, bounds.cpu))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, facts: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and isinstance(facts[2], int) and facts[2] & _WRITING:
        raise PermissionError(event)


def _say(mouth: int, result: bytes) -> None:
    rest = memoryview(result)
    while rest:
        rest = rest[os.write(mouth, rest) :]
