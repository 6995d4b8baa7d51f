"""The doorbell between web server and worker.

What must be done stands in the database; the queue only says "look now". A lost ring costs a few
seconds, never a job: the worker looks by itself as well.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import psycopg
import redis
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import HueyException
from huey.serializer import SignedSerializer

log = logging.getLogger("tandem")


def connect(url: str, *, secret: str) -> Huey:
    """The queue behind `url`: sqlite:///FILE, postgresql://…, redis://… or memory://.

    Raises ValueError for any other address.
    """
    rules = {"results": False, "serializer": SignedSerializer(secret=secret)}
    scheme = urlsplit(url).scheme.partition("+")[0]
    if scheme == "sqlite":
        return SqliteHuey("tandem", filename=url.removeprefix("sqlite:///"), fsync=True, **rules)
    if scheme in {"postgresql", "postgres"}:
        return PostgresHuey("tandem", dsn=url.replace("postgresql+psycopg", "postgresql"), **rules)
    if scheme in {"redis", "rediss"}:
        return RedisHuey("tandem", url=url, **rules)
    if scheme == "memory":
        return MemoryHuey("tandem", **rules)
    raise ValueError("QUEUE_URL must start with sqlite:///, postgresql://, redis:// or memory://")


class Doorbell:
    """Rings jobs by name; in the worker it also answers, each job in the app's context."""

    def __init__(self, url: str, *, secret: str) -> None:
        self.huey = connect(url, secret=secret)
        self.jobs: dict[str, Callable[[], None]] = {}
        self._look = self.huey.task(name="look")(self._answer)

    def ring(self, name: str) -> None:
        """Ask the worker to run the job `name` soon; a queue out of reach is only logged."""
        try:
            self._look(name)
        except (HueyException, OSError, sqlite3.Error, psycopg.Error, redis.RedisError):
            log.warning(
                "the queue cannot be reached; the worker will look by itself", exc_info=True
            )

    def answer_with(self, jobs: Mapping[str, Callable[[], None]], *, minutes: int = 1) -> None:
        """In the worker: run these jobs when rung, and all of them every `minutes` minutes."""
        self.jobs.update(jobs)
        self.huey.periodic_task(crontab(minute=f"*/{minutes}"), name="round")(self._round)

    def _answer(self, name: str) -> None:
        job = self.jobs.get(name)
        if job is None:
            log.error("nobody knows the job %r", name)
            return
        job()

    def _round(self) -> None:
        for name in self.jobs:
            self._look(name)


def set_up(app: Flask, *, url: str, secret: str) -> None:
    """Give the app its doorbell."""
    app.extensions["doorbell"] = Doorbell(url, secret=secret)


def ring(name: str) -> None:
    """Ask the worker to run a job soon; call it after the unit of work, never inside."""
    current_app.extensions["doorbell"].ring(name)
