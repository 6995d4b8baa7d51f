"""Erase one person: rows go or stay as nobody's, the name leaves every text."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditKind
from app.audit.services import record
from app.database import insert_ignoring_twins
from app.domain.erasing import Called
from app.domain.personal import BLACK, FRESH, Fate, Personal, StandIn
from app.people.models import Person
from app.privacy.models import ErasureRule
from app.privacy.queries.register import register, rows_of
from app.privacy.services.stand_ins import StandIns
from app.privacy.services.sweeping import rename_in_plans, sweep


def erase(session: Session, person: Person, *, actor_id: int | None, at: datetime) -> None:
    """Take a person out of the database for good, in the caller's unit of work.

    What others need for their counts stays as nobody's; published figures are not touched. The
    log keeps the key, which leads nowhere from then on. The caller has asked for hindrances.
    """
    called, person_id = _called(session, person), person.id
    stand_ins = StandIns(session, person_id)
    rename_in_plans(session, person_id, stand_ins.key(StandIn.ROTATIONS))
    for name, (table, personal) in register().items():
        if name != "person":
            _clear(session, table, personal, person_id, stand_ins)
    session.execute(delete(Person).where(Person.id == person_id))
    sweep(session, called)
    insert_ignoring_twins(session, ErasureRule, id=1, files_due=True, version=1)
    session.execute(update(ErasureRule).values(files_due=True))
    subject = f"person:{person_id}"
    record(session, AuditKind.PERSON_ERASED, actor_id=actor_id, subject=subject, at=at)


def _called(session: Session, person: Person) -> Called:
    namesakes = session.scalar(
        select(func.count(Person.id)).where(
            Person.family_name == person.family_name, Person.id != person.id
        )
    )
    return Called(
        given=person.given_name,
        family=person.family_name,
        email=person.email,
        number=person.number,
        family_alone=not namesakes,
    )


def _clear(
    session: Session, table: Table, personal: Personal, person_id: int, stand_ins: StandIns
) -> None:
    """Take the person out of one table: first what others' rows say, then the own rows."""
    for column in personal.goes_with:
        session.execute(delete(table).where(table.c[column] == person_id))
    if personal.is_somebodys and personal.fate is Fate.GOES:
        session.execute(delete(table).where(rows_of(table.name, person_id)))
    for column, words in personal.others.items():
        there = table.c[column] == person_id
        _black_out(session, table, words, there)
        nobody = _instead_of(table.c[column], personal, person_id, stand_ins, session)
        session.execute(update(table).where(there).values({column: nobody}))
    if personal.is_somebodys and personal.fate is Fate.NAMELESS:
        _make_nameless(session, table, personal, person_id, stand_ins)


def _make_nameless(
    session: Session, table: Table, personal: Personal, person_id: int, stand_ins: StandIns
) -> None:
    mine = rows_of(table.name, person_id)
    _black_out(session, table, personal.words, mine)
    for column, value in personal.instead.items():
        if value is FRESH:
            _freshen(session, table, table.c[column], mine)
        else:
            session.execute(update(table).where(mine).values({column: value}))
    if personal.whose is None:
        return
    owner = table.c[personal.whose]
    nobody = _instead_of(owner, personal, person_id, stand_ins, session)
    session.execute(update(table).where(mine).values({owner.name: nobody}))


def _instead_of(
    column: Column[Any], personal: Personal, person_id: int, stand_ins: StandIns, session: Session
) -> int | None:
    """Whom rows name from now on; a nobody is only made where one is needed."""
    if personal.stand_in is None and column.nullable:
        return None
    there = select(column).where(column == person_id).limit(1)
    if session.execute(there).first() is None:
        return None
    return stand_ins.key(personal.stand_in or StandIn.RECORDS)


def _black_out(session: Session, table: Table, words: tuple[str, ...], where: Any) -> None:
    """Empty texts stay empty: that nothing was said is nobody's secret."""
    for word in words:
        session.execute(update(table).where(where, table.c[word] != "").values({word: BLACK}))


def _freshen(session: Session, table: Table, column: Column[Any], where: Any) -> None:
    key = table.primary_key.columns[0]
    for ident in session.scalars(select(key).where(where)).all():
        value = f"{secrets.token_hex(16)}@nobody.invalid"
        session.execute(update(table).where(key == ident).values({column.name: value}))
