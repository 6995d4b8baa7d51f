"""One web server process, answering on a listening socket that `tools/serve.py` hands down.

docs/decisions/0001-web-server.md says why waitress, and `bench.slow_clients` measures it.
"""

from __future__ import annotations

import logging
import re
import resource
import signal
import socket
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import waitress

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

APPLICATION = "app:create_app"
OPEN_FILES = 4096  # one per connection; the database and the log come on top
WAITING_CONNECTIONS = 2048
SECRET = re.compile(r"(/(?:calendar|links)/)[\w-]{16,}")
RULES = {
    "threads": 8,
    # Every request is read whole before a thread works on it, so a slow client costs a
    # connection and nothing else. There must be plenty of those.
    "connection_limit": 2000,
    "channel_timeout": 60,  # seconds without a byte
    "asyncore_use_poll": True,  # select() knows 1024 files and no more
    "max_request_body_size": 8 * 1024 * 1024,
    # The app trusts as many proxies as TRUSTED_PROXIES says and needs their headers for it.
    "clear_untrusted_proxy_headers": False,
    "ident": None,
}


def listen(host: str, port: int) -> socket.socket:
    """Give a listening socket that child processes may inherit. Raises OSError."""
    listener = socket.create_server((host, port), family=_family(host), backlog=WAITING_CONNECTIONS)
    listener.set_inheritable(True)
    return listener


def command(listener: socket.socket, application: str = APPLICATION) -> list[str]:
    """Give the command of one process; start it with `pass_fds=(listener.fileno(),)`."""
    return [sys.executable, "-m", "tools.web", str(listener.fileno()), application]


def raise_open_files() -> None:
    """Let this process and its children hold more connections than the usual 1024 files allow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(handle: int, application: str) -> None:
    """Answer on the inherited socket until TERM; requests under way are finished first."""
    signal.signal(signal.SIGTERM, _leave)
    # A full moment is no news: requests wait their turn.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").addFilter(without_secrets)
    module, _, factory = application.partition(":")
    create: Callable[[], object] = getattr(import_module(module), factory)
    with socket.socket(fileno=handle) as listener:
        waitress.serve(create(), sockets=[listener], **RULES, _quiet=True)


def without_secrets(record: logging.LogRecord) -> bool:
    """Take secret addresses out of what the server notes about a request; every record passes."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            SECRET.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args
        )
    return True


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
