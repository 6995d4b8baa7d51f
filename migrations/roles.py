"""Two roles on PostgreSQL: one that owns what must never change, and one for the program (I8, I10).

A table's owner may drop its triggers and do with it what it likes. So the tables that only grow
belong to a role that migrations use and the program does not know; it may read and add. All other
tables belong to the program's role: only an owner may rewrite the files of what was deleted.
Tables from which an erased person's words go are among these.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from migrations.guards import GUARDS

KEPT = {guard.table: guard.name for guard in GUARDS if guard.keeps}
ALSO_CHANGED = {"wave": "UPDATE, DELETE"}  # until it is closed


def grants(connection: sa.Connection, owner: str, program: str) -> Iterator[str]:
    """SQL for a superuser that shares the tables of this database out among two roles.

    To be run again after each migration, which makes new tables the owner's.
    """
    quote = connection.dialect.identifier_preparer.quote
    owner, program = quote(owner), quote(program)
    yield "ALTER SCHEMA public OWNER TO " + owner
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC, " + program
    yield "GRANT USAGE ON SCHEMA public TO " + program
    yield f"GRANT {program} TO {owner}"  # migrations change the program's tables as well
    for table in sorted(sa.inspect(connection).get_table_names()):
        yield from _shared_out(table, owner, program)
    for guard in GUARDS:
        for function in guard.functions:
            yield f"ALTER FUNCTION {function}() OWNER TO {owner}"
    yield "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO " + program


def _shared_out(table: str, owner: str, program: str) -> Iterator[str]:
    if table not in KEPT and table != "alembic_version":
        yield f"ALTER TABLE {table} OWNER TO {program}"
        return
    rights = ["SELECT"] if table == "alembic_version" else ["SELECT", "INSERT"]
    rights += [ALSO_CHANGED[table]] if table in ALSO_CHANGED else []
    yield f"ALTER TABLE {table} OWNER TO {owner}"
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {program}"
    yield f"GRANT {', '.join(rights)} ON {table} TO {program}"


def owned(connection: sa.Connection) -> list[str]:
    """Tables that only grow and that the role of this connection could change all the same."""
    if connection.dialect.name != "postgresql":
        return []
    rows = connection.execute(
        sa.text(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind = 'r' AND relname = ANY (:kept)"
            " AND (pg_has_role(current_user, relowner, 'USAGE')"
            " OR has_table_privilege(oid, 'TRUNCATE')) ORDER BY relname"
        ),
        {"kept": sorted(KEPT)},
    )
    return list(rows.scalars())
