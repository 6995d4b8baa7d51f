"""All that is stored about one person, as it stands in the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from app.domain.personal import Personal
from app.privacy.queries.register import register, rows_of

Row = dict[str, Any]
CALLED = {  # what a row of these tables is called, in the reader's language where there are two
    "person": ("given_name", "family_name"),
    "course": ("title_{locale}",),
    "gathering": ("title",),
    "placement": ("title",),
    "wave": ("title",),
}
NAMED = ("team", "site", "department", "skill", "room", "round", "plan")
CALLED |= dict.fromkeys(NAMED, ("name",))


def own_data(session: Session, person_id: int, *, locale: str) -> dict[str, list[Row]]:
    """Table name -> the person's rows in it, in order of their keys; none without any.

    Every column but secrets; instants and days in ISO 8601, UTC. Beside a key of something that
    has a name stands that name, as `<column>_name`. A statement for each table, and one for each
    kind of thing that is named.
    """
    found = {}
    for name, (_table, personal) in reversed(register().items()):
        if personal.is_somebodys and (rows := _rows(session, name, person_id)):
            found[name] = rows
    named = _names(session, found, locale)
    return {name: [_told(name, row, named) for row in rows] for name, rows in found.items()}


def mentions(session: Session, person_id: int) -> dict[str, int]:
    """`table.column` -> in how many rows of others the person is named there, where in any."""
    found = {}
    for name, (table, personal) in reversed(register().items()):
        for column in personal.others:
            here = select(func.count()).where(table.c[column] == person_id)
            if personal.is_somebodys:
                here = here.where(~rows_of(name, person_id))
            if number := session.scalar(here):
                found[f"{name}.{column}"] = number
    return found


def columns_told(table: Table, personal: Personal) -> list[Column[Any]]:
    """What a person reads of own rows: everything but secrets."""
    return [column for column in table.columns if column.name not in personal.secrets]


def _rows(session: Session, name: str, person_id: int) -> list[Row]:
    table, personal = register()[name]
    rows = session.execute(
        select(*columns_told(table, personal))
        .where(rows_of(name, person_id))
        .order_by(*table.primary_key.columns)
    )
    return [dict(row) for row in rows.mappings()]


def _names(
    session: Session, found: Mapping[str, Iterable[Row]], locale: str
) -> dict[str, dict[Any, str]]:
    """Table name -> key -> name, of all that the rows point to."""
    wanted: dict[str, set[Any]] = {}
    for name, rows in found.items():
        for column, target in _pointers(name):
            keys = {row[column] for row in rows if row.get(column) is not None}
            wanted.setdefault(target, set()).update(keys)
    tables = {name: table for name, (table, _personal) in register().items()}
    return {
        target: _called(session, tables[target], keys, locale)
        for target, keys in wanted.items()
        if keys
    }


def _called(session: Session, table: Table, keys: set[Any], locale: str) -> dict[Any, str]:
    columns = [table.c[column.format(locale=locale)] for column in CALLED[table.name]]
    rows = session.execute(select(table.c.id, *columns).where(table.c.id.in_(sorted(keys))))
    return {key: " ".join(parts) for key, *parts in rows}


def _pointers(name: str) -> list[tuple[str, str]]:
    """Column and table of each pointer out of a table to something that has a name."""
    table, personal = register()[name]
    return [
        (column.name, target)
        for column in columns_told(table, personal)
        for target in sorted({key.column.table.name for key in column.foreign_keys})
        if target in CALLED
    ]


def _told(name: str, row: Row, named: Mapping[str, Mapping[Any, str]]) -> Row:
    pointers = dict(_pointers(name))
    told: Row = {}
    for column, value in row.items():
        told[column] = _plain(value)
        if column in pointers and value is not None:
            told[f"{column}_name"] = named[pointers[column]].get(value, "")
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
