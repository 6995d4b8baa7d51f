"""What PostgreSQL must not learn: columns of which it keeps no statistics.

ANALYZE, which runs by itself, copies values of every column into the system's own tables, where
neither DELETE nor VACUUM FULL takes them away and where an empty table keeps its old ones. Marks
of a survey would stay there, as a list of who took part. SQLite learns nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

ALL: tuple[str, ...] = ()
UNLEARNED: Mapping[str, tuple[str, ...]] = {
    "asked": ALL,
    "asked_about": ALL,
    "ballot_mark": ALL,
    "comment_mark": ALL,
    "sealed_box": ALL,
    "private_mail": ALL,
    "notice": ("person_id", "dedupe_key"),
    "mail": ("person_id", "dedupe_key", "address", "subject", "body"),
}
_COLUMNS = sa.text("""
SELECT class.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod),
    attribute.attstattarget IS NOT DISTINCT FROM 0, EXISTS (
        SELECT FROM pg_stats WHERE schemaname = current_schema()
        AND tablename = class.relname AND pg_stats.attname = attribute.attname)
FROM pg_class AS class JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = current_schema()::regnamespace AND class.relname = ANY (:tables)
    AND attribute.attnum > 0 AND NOT attribute.attisdropped
ORDER BY class.relname, attribute.attnum
""")


def switch_off(connection: sa.Connection) -> None:
    """Let PostgreSQL learn nothing of these columns any more, and forget what it knows."""
    for table, column, kind, is_off, is_known in _columns(connection, tuple(UNLEARNED)):
        if not _is_named(table, column):
            continue
        if not is_off:
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER {column} SET STATISTICS 0")
        if is_known:
            _forget(connection, table, column, kind)


def learned(connection: sa.Connection) -> list[str]:
    """Columns PostgreSQL must not learn and did, or would at the next ANALYZE: "table.column"."""
    return [
        f"{table}.{column}"
        for table, column, _kind, is_off, is_known in _columns(connection, tuple(UNLEARNED))
        if _is_named(table, column) and (is_known or not is_off)
    ]


def forget(connection: sa.Connection, table: str) -> None:
    """Throw away what PostgreSQL knows of any column of a table."""
    for _table, column, kind, _is_off, is_known in _columns(connection, (table,)):
        if is_known:
            _forget(connection, table, column, kind)


def _columns(
    connection: sa.Connection, tables: tuple[str, ...]
) -> list[tuple[str, str, str, bool, bool]]:
    if connection.dialect.name != "postgresql":
        return []
    return [tuple(row) for row in connection.execute(_COLUMNS, {"tables": list(tables)})]


def _is_named(table: str, column: str) -> bool:
    return column in (UNLEARNED[table] or (column,))


def _forget(connection: sa.Connection, table: str, column: str, kind: str) -> None:
    # A column that gets its own type anew is not rewritten, but what was known of it goes.
    connection.exec_driver_sql(f"ALTER TABLE {table} ALTER {column} TYPE {kind}")
