"""The worker: does what waits in the database, whenever it is rung and once a minute.

Run by `huey_consumer app.worker.huey`, or by the supervisor of `make run`, which forks it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from app import create_app
from app.cli.greeting import greeting
from app.jobs import JOBS
from app.queue import Doorbell

app = create_app()
doorbell: Doorbell = app.extensions["doorbell"]
huey = doorbell.huey


def _in_context(job: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            job()

    return run


doorbell.answer_with({name: _in_context(job) for name, job in JOBS.items()})


def _greet(handle: int) -> None:
    """Print the greeting when the supervisor says through its pipe that Tandem answers."""
    with os.fdopen(handle, "rb") as supervisor:
        answers = supervisor.read(1)
    if not answers:
        return
    with app.app_context():
        for line in greeting():
            print(line, flush=True)  # noqa: T201 - it is for who started us


if waiting := os.environ.get("GREET_AFTER"):
    threading.Thread(target=_greet, args=(int(waiting),), daemon=True).start()
