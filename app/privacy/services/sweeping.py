"""Take somebody's name out of what others wrote, and what was written to others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Enum,
    LargeBinary,
    String,
    Table,
    cast,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.domain import plan_keys
from app.domain.erasing import Called
from app.domain.personal import BLACK, Fate, Personal
from app.privacy.queries.register import register
from app.rotations.models import Outcome, Plan

PUBLISHED = frozenset({"snapshot", "pair_figure", "effect_study", "answer", "wave", "wave_team"})
AS_WRITTEN = frozenset({"booking_step"})  # of a history only a whole text may go
KEYED = (Plan.instance, Plan.best, Plan.explanation, Plan.fairness, Plan.conflict, Plan.progress)


def sweep(session: Session, called: Called) -> int:
    """Black the person out of every text of every table; how many texts were touched.

    One statement a table, one more for each row found. What is published holds no names, and the
    log only keys: they are not looked at. Files that wait to be imported are dropped instead.
    """
    drafts = register()["import_draft"][0]
    named = or_(*(_holds(drafts.c.content, text) for text in called.needles))
    session.execute(delete(drafts).where(named))
    touched = 0
    for name, (table, personal) in register().items():
        if name in PUBLISHED or personal.fate is Fate.KEPT:
            continue
        columns = [column for column in table.columns if _is_text(column)]
        if columns:
            touched += _sweep_table(session, table, columns, personal, called)
    return touched


def rename_in_plans(session: Session, person_id: int, nobody: int) -> None:
    """Put the nobody's key in the person's place wherever plans speak of people by key."""
    old, new = plan_keys.person(person_id), plan_keys.person(nobody)
    for column in (*KEYED, Outcome.reasons):
        table, plain = column.table, cast(column, String)
        key = table.primary_key.columns[0]
        for ident, text in session.execute(select(key, plain).where(plain.contains(f'"{old}"'))):
            renamed = _as_stored(column, text.replace(f'"{old}"', f'"{new}"'))
            session.execute(update(table).where(key == ident).values({column.name: renamed}))


def _as_stored(column: Any, text: str) -> Any:
    return json.loads(text) if isinstance(column.type, JSON) else text


def _is_text(column: Column[Any]) -> bool:
    if isinstance(column.type, Enum | LargeBinary):
        return False
    return isinstance(column.type, String | JSON)


def _holds(column: Column[Any], text: str) -> Any:
    return cast(column, String).icontains(text, autoescape=True)


def _sweep_table(
    session: Session, table: Table, columns: list[Column[Any]], personal: Personal, called: Called
) -> int:
    keys = list(table.primary_key.columns)
    mentions = or_(*(_holds(column, text) for column in columns for text in called.needles))
    touched = 0
    for row in session.execute(select(*keys, *columns).where(mentions)).mappings().all():
        changed = dict(_changed(table, row, columns, personal, called))
        if not changed:
            continue
        this = [key == row[key.name] for key in keys]
        session.execute(update(table).where(*this).values(changed))
        touched += len(changed)
    return touched


def _changed(
    table: Table, row: Any, columns: list[Column[Any]], personal: Personal, called: Called
) -> Iterator[tuple[str, Any]]:
    written = {word for words in personal.others.values() for word in words} | {*personal.words}
    for column in columns:
        before = row[column.name]
        if before is None:
            continue
        after = called.out_of_json(before, is_personal=column.name in written)
        if after != before:
            yield column.name, BLACK if table.name in AS_WRITTEN else after
