"""Runs migrations on the app's own engine, then recreates every guard from the one list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from app.database import UtcDateTime
from migrations import guards

extension = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write plain types into migrations, so that they never import the app."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String(length={item.length})"  # the values live in the code
    return False


def include_object(
    item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any
) -> bool:
    """Leave out what the guards own: exclusion constraints bring an index of their own.

    References marked `only_on` one engine stand for a guard on the other.
    """
    engine = extension.engine.dialect.name
    return item.info.get("only_on", engine) == engine and not (name or "").startswith("ex_")


def run(connection: sa.Connection) -> None:
    """Upgrade or downgrade in one transaction, guards included."""
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        # A table rebuild with foreign keys on would empty the tables that point at it.
        # Asked on the driver's own connection: inside a transaction the switch does nothing.
        _foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=extension.metadata,
        render_item=render_item,
        include_object=include_object,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # SQLite too: all of it or nothing
        transaction_per_migration=False,
    )
    with connection.begin():
        if not on_sqlite:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
        guards.drop_all(connection)
        context.run_migrations()
        guards.create_all(connection)
        if on_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration broke references: {broken[:5]}")
    if on_sqlite:
        _foreign_keys(connection, on=True)


def _foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={int(on)}")


if context.is_offline_mode():
    raise RuntimeError("migrations run against a live database only")

with extension.engine.connect() as live:
    run(live)
