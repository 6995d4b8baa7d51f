"""A line in which everybody gets their turn: threads of this process, processes of this machine.

SQLite has one writer at a time. Who waits for its file asks again and again, ever more seldom, and
gets it by luck; whoever has just written is the luckiest. Here turns are handed on instead, to the
thread that has waited longest, and to another process before one's own next thread.

Nothing is right or wrong because of this line: the file's own lock has the last word.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

NEXT, NOW = 0, 1  # bytes of the file: whose turn is next, whose is now
LOOK_EVERY = 0.001  # seconds


class Threads:
    """A lock that is handed on in the order in which it was asked for; its holder may ask again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._holder, self._depth = 0, 0

    def acquire(self, seconds: float) -> bool:
        """Wait for our turn; False when it did not come in time."""
        me = threading.get_ident()
        with self._guard:
            if self._depth == 0 or self._holder == me:
                self._holder, self._depth = me, self._depth + 1
                return True
            called = threading.Lock()
            called.acquire()
            place = (me, called)
            self._waiting.append(place)
        if called.acquire(timeout=seconds):
            return True
        with self._guard:
            if place not in self._waiting:  # it came while we gave up
                return True
            self._waiting.remove(place)
            return False

    def release(self) -> bool:
        """Hand the turn on; False while an outer block of this thread still has it."""
        with self._guard:
            self._depth -= 1
            if self._depth:
                return False
            if self._waiting:
                self._holder, called = self._waiting.popleft()
                self._depth = 1
                called.release()
            return True

    @property
    def is_outermost(self) -> bool:
        """Whether the holder holds it once; only asked by the holder."""
        return self._depth == 1


class Processes:
    """The same among processes, by locks on two bytes of a file, which the system frees at a crash.

    Whoever waits for their turn holds the place behind it, so that nobody takes two turns in a row
    while another process waits. Asked by one thread of a process at a time.
    """

    def __init__(self, path: str) -> None:
        """Open the file. Raises OSError where none can be."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self, seconds: float) -> bool:
        """Wait for our turn; False when it did not come in time."""
        until = time.monotonic() + seconds
        if not self._take(NEXT, until):
            return False
        try:
            return self._take(NOW, until)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, NEXT)

    def release(self) -> None:
        """Hand the turn on."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, NOW)

    def _take(self, place: int, until: float) -> bool:
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except OSError:
                if time.monotonic() >= until:
                    return False
                time.sleep(LOOK_EVERY)
            else:
                return True


class Line:
    """Turns at one thing; `path` is the file by which processes take theirs, None for one of them.

    Where that file cannot be written, each process is left with its own line.
    """

    def __init__(self, path: str | None) -> None:
        self._threads = Threads()
        self._processes: Processes | None = None
        if path is not None:
            with suppress(OSError):
                self._processes = Processes(path)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Run the block when it is our turn, or after so many seconds of waiting anyway.

        A thread that has its turn may begin another block inside of it.
        """
        until = time.monotonic() + seconds
        if not self._threads.acquire(seconds):
            yield
            return
        leave = self._enter(max(0.0, until - time.monotonic()))
        try:
            yield
        finally:
            leave()
            self._threads.release()

    def _enter(self, seconds: float) -> Callable[[], None]:
        """Take the turn among processes as well; gives what ends it."""
        outer = self._processes if self._threads.is_outermost else None
        if outer is None or not outer.acquire(seconds):
            return lambda: None
        return outer.release


@lru_cache(maxsize=64)
def line_of(database: str | None) -> Line:
    """The line of those who write to a SQLite file; in memory there is one process only."""
    named = database if database and database != ":memory:" else None
    return Line(f"{named}-line" if named else None)
