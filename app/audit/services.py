"""Write to the audit log, and prove that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead, AuditKind
from app.database import insert_ignoring_twins
from app.domain.refusals import N_

ORIGIN = "0" * 64
# Built once: every change worth tracing runs them.
_NEXT = (
    update(AuditHead)
    .where(AuditHead.id == 1)
    .values(entries=AuditHead.entries + 1)
    .returning(AuditHead.entries, AuditHead.hash)
    .execution_options(synchronize_session=False)
)
_ENTRY = insert(cast("Table", AuditEntry.__table__))
_SEAL = (
    update(AuditHead)
    .where(AuditHead.id == 1)
    .values(hash=bindparam("sealed"))
    .execution_options(synchronize_session=False)
)


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
    head = session.execute(_NEXT).one_or_none()
    if head is None:  # the very first entry
        insert_ignoring_twins(session, AuditHead, id=1, entries=0, hash=ORIGIN)
        head = session.execute(_NEXT).one()
    number, previous = head
    entry = AuditEntry(
        id=number,
        at=at,
        kind=kind,
        actor_id=actor_id,
        subject=subject[:80],
        detail=dict(detail),
        previous=previous,
    )
    entry.hash = digest(entry)
    row = {column.key: getattr(entry, column.key) for column in _ENTRY.table.columns}
    session.execute(_ENTRY, row)
    session.execute(_SEAL, {"sealed": entry.hash})


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
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


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
