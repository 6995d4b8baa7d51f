"""Read the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditKind
from app.database import Base

PERSON_SUBJECTS = ("person", "account")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; None and empty mean all. Instants are UTC, `until` excluded."""

    kind: AuditKind | None = None
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(
    session: Session, wanted: Wanted, *, newest_first: bool = True, offset: int = 0, limit: int = 50
) -> tuple[Sequence[AuditEntry], int]:
    """One page of entries in order of time, and how many there are in all.

    Two statements, or three where a name is asked for.
    """
    which = _conditions(session, wanted)
    order = AuditEntry.id.desc() if newest_first else AuditEntry.id
    found = session.scalars(
        select(AuditEntry).where(*which).order_by(order).offset(offset).limit(limit)
    ).all()
    return found, session.scalar(select(func.count(AuditEntry.id)).where(*which)) or 0


def names(session: Session, found: Iterable[AuditEntry]) -> dict[int, str]:
    """Names of the people who acted and of those whom it concerned, by id. One statement."""
    person = Base.metadata.tables["person"]
    ids = {entry.actor_id for entry in found if entry.actor_id is not None}
    ids |= {number for entry in found if (number := person_of(entry.subject)) is not None}
    rows = session.execute(
        select(person.c.id, person.c.given_name, person.c.family_name).where(
            person.c.id.in_(sorted(ids))
        )
    )
    return {row.id: f"{row.given_name} {row.family_name}" for row in rows}


def person_of(subject: str) -> int | None:
    """The person id a subject such as "account:17" speaks of, or None."""
    table, _, key = subject.partition(":")
    return int(key) if table in PERSON_SUBJECTS and key.isdecimal() else None


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        which.append(AuditEntry.kind == wanted.kind)
    if wanted.since is not None:
        which.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        which.append(AuditEntry.at < wanted.until)
    if wanted.name:
        which.append(_concerns(_people_called(session, wanted.name)))
    return which


def _people_called(session: Session, name: str) -> list[int]:
    person = Base.metadata.tables["person"]
    rows = session.execute(select(person.c.id, person.c.given_name, person.c.family_name))
    words = name.casefold().split()
    return [
        row.id
        for row in rows
        if all(word in f"{row.given_name} {row.family_name}".casefold() for word in words)
    ]


def _concerns(people: list[int]) -> ColumnElement[bool]:
    subjects = [f"{table}:{person}" for person in people for table in PERSON_SUBJECTS]
    return or_(AuditEntry.actor_id.in_(people), AuditEntry.subject.in_(subjects))
