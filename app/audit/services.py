"""Write to the audit log, and prove that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Connection,
    String,
    Table,
    bindparam,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.audit.models import AuditEntry, AuditHead, AuditKind
from app.database import insert_ignoring_twins, sha256_hex, wait_in_line
from app.domain.refusals import N_

ORIGIN = "0" * 64
LINE = 1  # the line of those who write to the log, see app.database.wait_in_line
STYLE: Any = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": True}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`entries` checked; `broken_at` is the number of the first entry that does not fit, or None.

    `problem` is an English message id that says what is wrong with that entry.
    """

    entries: int
    broken_at: int | None
    problem: str = ""


def record(
    session: Session,
    kind: AuditKind,
    *,
    actor_id: int | None,
    subject: str,
    at: datetime,
    **detail: object,
) -> None:
    """Add one entry in the caller's unit of work.

    `subject` is "<table>:<key>", `detail` plain values without names of people. Writers line up
    at the head row, so ids have no gaps and each entry holds the hash of the one before.
    """
    kind = AuditKind(kind)  # an unknown kind raises: no event is dropped because of its shape
    session.flush()
    row = {
        "at": at,
        "kind": kind,
        "actor_id": actor_id,
        "subject": subject[:80],
        "detail": dict(detail),
    }
    write = _WRITERS[session.get_bind().dialect.name]
    if not write(session.connection(), row):  # the very first entry
        insert_ignoring_twins(session, AuditHead, id=1, entries=0, hash=ORIGIN, previous=ORIGIN)
        write(session.connection(), row)


def digest(entry: AuditEntry) -> str:
    """SHA-256 over everything in the entry, as hex."""
    return hashlib.sha256(_canonical(entry).encode()).hexdigest()


def _canonical(entry: AuditEntry) -> str:
    content: Mapping[str, Any] = {
        "id": entry.id,
        "at": entry.at.isoformat(timespec="microseconds"),
        "kind": entry.kind.value,
        "actor": entry.actor_id,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    return json.dumps(content, **STYLE)


def _around(row: Mapping[str, Any]) -> dict[str, str]:
    """The canonical text of an entry, cut where its number and the hash before it belong."""
    at = row["at"].isoformat(timespec="microseconds")
    first = json.dumps({"actor": row["actor_id"], "at": at, "detail": row["detail"]}, **STYLE)
    kind, subject = json.dumps(row["kind"].value), json.dumps(row["subject"])
    return {
        "first": f'{first[:-1]},"id":',
        "middle": f',"kind":{kind},"previous":"',
        "last": f'","subject":{subject}}}',
    }


# Built once: every change worth tracing runs them.
_HEAD, _LOG = (cast("Table", model.__table__) for model in (AuditHead, AuditEntry))
_NEXT = _HEAD.c.entries + 1
_SEAL = (  # count on, keep the last hash, and put the new one in its place
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(
        entries=_NEXT,
        previous=_HEAD.c.hash,
        hash=sha256_hex(
            bindparam("first", type_=String)
            + sql_cast(_NEXT, String)
            + bindparam("middle", type_=String)
            + _HEAD.c.hash
            + bindparam("last", type_=String)
        ),
    )
    .returning(_HEAD.c.entries.label("id"), _HEAD.c.previous, _HEAD.c.hash)
)
_ENTRY = insert(_LOG)


def _write_in_two(connection: Connection, row: dict[str, Any]) -> bool:
    """Seal, then insert; False while there is no head."""
    sealed = connection.execute(_SEAL, _around(row)).one_or_none()
    if sealed is None:
        return False
    number, previous, own = sealed
    connection.execute(_ENTRY, {**row, "id": number, "previous": previous, "hash": own})
    return True


def _sealed_entry() -> ReturningInsert[tuple[int]]:
    """Seal and insert in one statement, after waiting in line: the head is locked that shortly."""
    sealed = _SEAL.where(wait_in_line(LINE, literal(0))).cte("sealed")
    given = [column.name for column in _LOG.columns if column.name not in sealed.c]
    values = [bindparam(name, type_=_LOG.c[name].type) for name in given]
    row = select(*values, *sealed.c)
    return insert(_LOG).from_select([*given, *sealed.c.keys()], row).returning(_LOG.c.id)


_SEALED_ENTRY = _sealed_entry()


def _write_at_once(connection: Connection, row: dict[str, Any]) -> bool:
    """As `_write_in_two`, where a statement may hold another one that changes something."""
    return connection.execute(_SEALED_ENTRY, {**row, **_around(row)}).first() is not None


_WRITERS = {"sqlite": _write_in_two, "postgresql": _write_at_once}


def verify(session: Session) -> Verdict:
    """Walk the whole chain. Statements: two; rows are read in batches."""
    expected, previous = 0, ORIGIN
    rows = session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    )
    with closing(rows):
        for entry in rows:
            expected += 1
            problem = _problem(entry, expected, previous)
            if problem:
                return Verdict(expected - 1, expected, problem)
            previous = entry.hash

    head = session.scalar(select(AuditHead))
    if head is None:
        return Verdict(expected, expected or None, N_("the end of the chain is missing"))
    if (head.entries, head.hash) != (expected, previous):
        return Verdict(expected, expected + 1, N_("entries are missing at the end"))
    return Verdict(expected, None)


def _problem(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.id != expected:
        return N_("it is missing")
    if entry.previous != previous:
        return N_("it does not follow the entry before")
    if entry.hash != digest(entry):
        return N_("its content was changed")
    return ""
