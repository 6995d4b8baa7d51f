"""Migrated databases for the tests: made once per run, copied per use, emptied between tests."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psycopg
import psycopg.sql
from sqlalchemy.engine import make_url

from tests.postgres import PostgresServer

Migrate = Callable[[str], None]

MEMORY = Path("/dev/shm")  # noqa: S108 - below it, under a name of its own
OURS = "tandem-tests-"
ROOM = 1024**3  # bytes; a small machine or container gives its memory to other things

# Triggers guard some tables against deletion and foreign keys fix an order; a replica obeys
# neither. A test that left a transaction open is reported instead of waited for.
AS_A_REPLICA = "-c session_replication_role=replica -c lock_timeout=5s"
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
BACK_TO_ONE = """
SELECT format('setval(%L, %s, false)', seqrelid::regclass, seqstart) FROM pg_sequence
WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Lend a folder that no disk is waited for, where the machine has one with room enough.

    SQLite syncs its file at each commit, as in the product; only here that costs nothing.
    """
    in_memory = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    parent = MEMORY if in_memory else Path(tempfile.gettempdir())
    _sweep(parent)
    made = Path(tempfile.mkdtemp(dir=parent))
    with _held(made):
        # It takes its name once it is held, so that no other worker sweeps it away before.
        folder = made.rename(parent / f"{OURS}{made.name}")
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _sweep(parent: Path) -> None:
    """Give back the memory of runs that were killed: their folders are held by nobody."""
    for left in parent.glob(f"{OURS}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder as long as this process lives. Raises BlockingIOError when another does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


class Store(Protocol):
    """Where databases of one kind come from."""

    def create(self, name: str) -> str:
        """Make a migrated, empty database; gives its SQLAlchemy address."""

    def copy(self, url: str, name: str) -> str:
        """Make a copy of a database that nobody is connected to; gives its address."""

    def empty(self, url: str) -> None:
        """Forget every row; nobody may hold a transaction. Migrations themselves write none."""

    def drop(self, url: str) -> None:
        """Throw the database away."""


class SqliteStore:
    """Files in one folder; a fresh database is a copy of the migrated one."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        migrate(f"sqlite:///{self._template}")

    def create(self, name: str) -> str:
        url = f"sqlite:///{self._folder / name}.db"
        self.empty(url)
        return url

    def copy(self, url: str, name: str) -> str:
        copied = f"sqlite:///{self._folder / name}.db"
        self.drop(copied)
        shutil.copyfile(_file(url), _file(copied))
        return copied

    def empty(self, url: str) -> None:
        self.drop(url)
        shutil.copyfile(self._template, _file(url))

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            _file(url).with_name(_file(url).name + suffix).unlink(missing_ok=True)


class PostgresStore:
    """Databases of one server; a fresh one is made from the migrated one by the server itself."""

    def __init__(self, server: PostgresServer, prefix: str, migrate: Migrate) -> None:
        self._server = server
        self._brooms: dict[str, Broom] = {}
        self._prefix = prefix
        self._template = f"{prefix}_template"
        self._made = [self._template]
        migrate(server.create(self._template))

    def create(self, name: str) -> str:
        return self._copied(self._template, name)

    def copy(self, url: str, name: str) -> str:
        return self._copied(make_url(url).database or "", name)

    def empty(self, url: str) -> None:
        if url not in self._brooms:
            self._brooms[url] = Broom(url)
        self._brooms[url].sweep()

    def _copied(self, template: str, name: str) -> str:
        database = f"{self._prefix}_{name}"
        self._made.append(database)
        return self._server.create(database, template=template)

    def drop(self, url: str) -> None:
        if url in self._brooms:
            self._brooms.pop(url).close()
        self._server.drop(make_url(url).database or "")

    def drop_all(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        for broom in self._brooms.values():
            broom.close()
        for database in self._made:
            self._server.drop(database)


class Broom:
    """Empties one database after each test, on a connection that stays open for it.

    The server keeps the plan of the question which tables were used: to ask a hundred tables
    anew after every test took more of the processor than most tests.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(_plain(url), autocommit=True, options=AS_A_REPLICA)
        names = [name for (name,) in self._connection.execute(TABLES)]
        asked = ", ".join(
            f"CASE WHEN EXISTS (SELECT FROM {_quoted(name)}) THEN '{_quoted(name)}' END"
            for name in names
        )
        self._used = f"SELECT array_remove(ARRAY[{asked}]::text[], NULL), ARRAY({BACK_TO_ONE})"

    def sweep(self) -> None:
        """Forget every row, and let numbers begin at one again."""
        found = self._connection.execute(self._used, prepare=True).fetchone()
        tables, sequences = found or ([], [])
        statements = [f"DELETE FROM {name}" for name in tables]  # noqa: S608 - names of tables
        if sequences:
            statements.append(f"SELECT {', '.join(sequences)}")
        if statements:
            # Sent as one text, they are one transaction and one journey.
            self._connection.execute(";".join(statements), prepare=False)

    def close(self) -> None:
        """Put the connection away."""
        self._connection.close()


def _quoted(name: str) -> str:
    return psycopg.sql.Identifier(name).as_string()


def _plain(url: str) -> str:
    """Turn an SQLAlchemy address into one that libpq reads."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
