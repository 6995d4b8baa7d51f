"""Ties a child process to the one that started it."""

from __future__ import annotations

import ctypes
import signal
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """For `preexec_fn`: ask Linux to end this child when its parent is killed.

    INT ends PostgreSQL at once, and our own parts as well; other systems know no such wish.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
