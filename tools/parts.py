"""Parts of the product: processes that are forked from one that has loaded all of the program.

Loading takes most of a start and most of the memory; so it is done once, and shared.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tools.lifeline import call_oneself, end_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
# What an app and its worker are made of. None is made here: what they open, each part opens.
PROGRAM = (
    *("app.cli", "app.jobs", "app.pages", "app.tables", "flask_migrate", "flask_wtf"),
    *("werkzeug.middleware.proxy_fix", "huey.bin.huey_consumer"),
)
OBEYED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.02  # seconds


def load_program() -> None:
    """Load all modules once, and keep the collector from touching, so copying, what is shared."""
    for name in PROGRAM:
        import_module(name)
    gc.collect()
    gc.freeze()


class Part:
    """A running part, in a process group of its own; it ends when we are killed."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        """Fork, and do `work` there; `name` (15 bytes) is what `ps -o comm` shows.

        A signal that comes before the part is ready for it waits until then.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, OBEYED)
        self.pid = os.fork()
        if self.pid == 0:
            _live(name, work)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._status: int | None = None

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def wait(self, deadline: float) -> int | None:
        """The exit status as soon as there is one; None when it runs on at `deadline`."""
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        return self._status

    def signal(self, kind: signal.Signals) -> None:
        """Send a signal to the part and to all that it has started, or left behind."""
        try:
            os.killpg(self.pid, kind)
        except ProcessLookupError:  # it is not yet, or no longer, at the head of a group
            with suppress(ProcessLookupError):
                if self._status is None:
                    os.kill(self.pid, kind)


def _live(name: str, work: Callable[[], None]) -> NoReturn:
    """Be the part until its work is done; nothing of the parent's is cleaned up here."""
    status = 1
    try:
        _settle(name)
        work()
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _settle(name: str) -> None:
    """Become a process as one that was started: own group, no input, signals as they come."""
    os.setsid()
    end_with_parent()
    call_oneself(name)
    os.chdir(ROOT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for kind in OBEYED:
        signal.signal(kind, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OBEYED)
