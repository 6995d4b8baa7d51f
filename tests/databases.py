"""Migrated databases for the tests: made once per run, copied per use, emptied between tests."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from tests.postgres import PostgresServer

Migrate = Callable[[str], None]

# Triggers guard some tables against deletion and foreign keys fix an order; a replica obeys
# neither. A test that left a transaction open is reported instead of waited for.
AS_A_REPLICA = "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '5s'"
EMPTY_EVERY_TABLE = """
DO $$
DECLARE
  found record;
  is_used boolean;
BEGIN
  FOR found IN
    SELECT format('%I', tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || found.name || ')' INTO is_used;
    IF is_used THEN
      EXECUTE 'DELETE FROM ' || found.name;
    END IF;
  END LOOP;
  PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END
$$
"""


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
        self._prefix = prefix
        self._template = f"{prefix}_template"
        self._made = [self._template]
        migrate(server.create(self._template))

    def create(self, name: str) -> str:
        return self._copied(self._template, name)

    def copy(self, url: str, name: str) -> str:
        return self._copied(make_url(url).database or "", name)

    def empty(self, url: str) -> None:
        with psycopg.connect(_plain(url)) as connection:
            connection.execute(AS_A_REPLICA)
            connection.execute(EMPTY_EVERY_TABLE)

    def _copied(self, template: str, name: str) -> str:
        database = f"{self._prefix}_{name}"
        self._made.append(database)
        return self._server.create(database, template=template)

    def drop(self, url: str) -> None:
        self._server.drop(make_url(url).database or "")

    def drop_all(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        for database in self._made:
            self._server.drop(database)


def _plain(url: str) -> str:
    """Turn an SQLAlchemy address into one that libpq reads."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
