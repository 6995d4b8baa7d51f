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
_TRIGGERS = sa.text("""
SELECT DISTINCT own.tgname, pg_get_triggerdef(own.oid)
FROM pg_trigger AS own
JOIN pg_attribute AS attribute ON attribute.attrelid = own.tgrelid
JOIN pg_depend AS needs ON needs.classid = 'pg_trigger'::regclass AND needs.objid = own.oid
    AND needs.refobjid = own.tgrelid AND needs.refobjsubid = attribute.attnum
WHERE own.tgrelid = CAST(:table AS regclass) AND attribute.attname = :column
    AND NOT own.tgisinternal
ORDER BY own.tgname
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
    """What was known of a column goes when it gets its own type anew; nothing is rewritten.

    PostgreSQL refuses that while a trigger names the column: such ones step aside for a moment.
    """
    found = connection.execute(_TRIGGERS, {"table": table, "column": column}).all()
    steps = [
        *(f"DROP TRIGGER {name} ON {table}" for name, _again in found),
        f"ALTER TABLE {table} ALTER {column} TYPE {kind}",
        *(again for _name, again in found),
    ]
    # One statement, so that it is all or nothing on a connection that commits by itself, too.
    together = "DO $$ BEGIN " + " ".join(f"{step};" for step in steps) + " END $$"
    connection.exec_driver_sql(together.replace("%", "%%"))
