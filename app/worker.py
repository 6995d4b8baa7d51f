"""The worker: does what waits in the database, whenever it is rung and once a minute.

Started as `huey_consumer app.worker.huey`; the supervisor of `make run` does that.
"""

from __future__ import annotations

from collections.abc import Callable

from app import create_app
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
