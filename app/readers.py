"""Connections to SQLite that can never write, kept apart from those that do.

One connection could do both: `PRAGMA query_only` is switched at any time. But each switch makes
SQLite forget every statement it has prepared on that connection, and nearly every request reads
before it writes, so all of them would be prepared anew, one by one, while others wait to write.
"""

from __future__ import annotations

import sqlite3
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import Pool

_pools: WeakKeyDictionary[Engine, Pool] = WeakKeyDictionary()
_guard = Lock()


def reader(engine: Engine) -> Connection:
    """A connection of this engine that cannot write; close it. Raises OperationalError."""
    try:
        return Connection(engine, _pool_of(engine).connect())
    except sqlite3.OperationalError as error:  # the file is away or locked; said as the engine does
        raise OperationalError(None, None, error) from error


def _pool_of(engine: Engine) -> Pool:
    with _guard:
        pool = _pools.get(engine)
        if pool is None:
            pool = _pools[engine] = engine.pool.recreate()
            event.listen(pool, "connect", _only_read)
        return pool


def _only_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=1").close()


@event.listens_for(Engine, "engine_disposed")
def _dispose(engine: Engine) -> None:
    with _guard:
        pool = _pools.pop(engine, None)
    if pool is not None:
        pool.dispose()
