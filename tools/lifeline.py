"""Ties a child process to the one that started it, and lets it be told apart."""

from __future__ import annotations

import ctypes
import signal
from contextlib import suppress

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def end_with_parent() -> None:
    """For `preexec_fn`: ask Linux to end this child when its parent is killed.

    INT ends PostgreSQL at once, and our own parts as well; other systems know no such wish.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def call_oneself(name: str) -> None:
    """Let Linux show this process by a name, of which it keeps 15 bytes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
