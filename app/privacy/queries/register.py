"""Every table with what it says about people, and how a person's rows are found in it."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from app.database import Base
from app.domain.personal import Personal


@lru_cache(maxsize=1)
def register() -> dict[str, tuple[Table, Personal]]:
    """Table name -> table and declaration; a row's parts come before the row they hang on."""
    declared = {
        cast("Table", mapper.local_table).name: mapper.class_.__personal__
        for mapper in Base.registry.mappers
    }
    return {
        table.name: (table, declared[table.name]) for table in reversed(Base.metadata.sorted_tables)
    }


def rows_of(name: str, person_id: int) -> ColumnElement[bool]:
    """The condition under which a row of table `name` is this person's.

    Raises ValueError for a table whose rows are nobody's.
    """
    table, personal = register()[name]
    if personal.whose is not None:
        own = table.c[personal.whose] == person_id
        subjects = [f"{kind}:{person_id}" for kind in ("person", "account")]
        return or_(own, table.c.subject.in_(subjects)) if name == "audit_entry" else own
    if personal.part_of is None:
        raise ValueError(f"rows of {name} are nobody's")
    whole = next(iter(table.c[personal.part_of].foreign_keys)).column
    mine = select(whole).where(rows_of(whole.table.name, person_id))
    return table.c[personal.part_of].in_(mine)


def counts(session: Session, person_id: int) -> dict[str, int]:
    """Table name -> how many rows are this person's, where there are any. A statement a table."""
    found = {}
    for name, (table, personal) in register().items():
        if not personal.is_somebodys:
            continue
        number = session.scalar(
            select(func.count()).select_from(table).where(rows_of(name, person_id))
        )
        if number:
            found[name] = number
    return found
