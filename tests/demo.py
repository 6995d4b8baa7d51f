"""The demo company for tests: loaded once per run, by one worker for all, and copied from there."""

import fcntl
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, insert, select, text

from app.database import Base, db
from app.gatherings.jobs.certificates import write_due
from app.gatherings.queries import certificates
from tests.databases import Store

LOADED = "company.db"
# Rows arrive as they are: no trigger judges them again, and no key asks for an order.
AS_A_REPLICA = "SET LOCAL session_replication_role = replica"


class DemoCompany:
    """Copies of the demo company on both engines, each with an address of its own."""

    def __init__(
        self, store: Callable[[str], Store], make_app: Callable[[str], Flask], shared: Path
    ) -> None:
        self._store = store
        self._make_app = make_app
        self._shared = shared
        self._made: dict[str, str] = {}
        self._numbers = count(1)

    def __call__(self, kind: str) -> str:
        """A fresh copy on an engine, `sqlite` or `postgresql`."""
        if kind not in self._made:
            self._made[kind] = self._of_kind(kind)
        return self._store(kind).copy(self._made[kind], f"company_{next(self._numbers)}")

    def _of_kind(self, kind: str) -> str:
        loaded = self._loaded()
        if kind == "sqlite":
            return loaded
        url = self._store(kind).create("demo")
        carry_over(loaded, url)
        return url

    def _loaded(self) -> str:
        """The company on SQLite; whoever comes first loads it, the others wait for the file."""
        self._shared.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{self._shared / LOADED}"
        with (self._shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self._shared / LOADED).exists():
                begun = self._store("sqlite").create(f"demo_{os.getpid()}")
                load(self._make_app(begun))
                shutil.move(begun.removeprefix("sqlite:///"), self._shared / LOADED)
        return url


def load(app: Flask) -> None:
    """Load the company, and write its certificates as the worker would in its first minutes.

    Else each product that is started on a copy would begin with them.
    """
    done = app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        while certificates.unwritten(db.session, limit=1):
            write_due()
        db.session.remove()
        db.engine.dispose()


def carry_over(source: str, target: str) -> None:
    """Put every row of one database into an empty, migrated one on PostgreSQL, as it is."""
    here, there = create_engine(source), create_engine(target)
    with here.connect() as old, there.begin() as new:
        new.exec_driver_sql(AS_A_REPLICA)
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if not rows:
                continue
            new.execute(insert(table), rows)
            if "id" in table.columns and isinstance(rows[0]["id"], int):
                new.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": f'"{table.name}"', "last": max(row["id"] for row in rows)},
                )
    here.dispose()
    there.dispose()
