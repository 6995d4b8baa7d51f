"""Write sheets anew, so that neither their order nor their transaction tells who wrote them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from app.database import Base

Row = dict[str, Any]


def write_anew(
    session: Session,
    table: type[Base],
    which: ColumnElement[bool],
    dice: Random,
    blurred: Callable[[list[Row]], list[Row]] = list,
) -> None:
    """Write sheets anew: random order, new keys, all in this one transaction.

    `blurred` may take out of the rows what is no longer needed. Three statements.
    """
    names = [column.name for column in table.__table__.columns if column.name != "key"]
    found = session.execute(select(*(getattr(table, name) for name in names)).where(which))
    rows = blurred([dict(zip(names, values, strict=True)) for values in found])
    dice.shuffle(rows)
    session.execute(delete(table).where(which))
    if rows:
        keyed = [{"key": f"{dice.getrandbits(128):032x}", **row} for row in rows]
        session.execute(insert(table), keyed)
