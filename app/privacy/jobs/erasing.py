"""The worker erases: each person in a unit of work of its own, the database's files after it."""

from __future__ import annotations

import logging

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

import config
from app import clock
from app.database import db, reading, unit_of_work
from app.people.models import Person
from app.privacy.models import Erasure, ErasureRule
from app.privacy.queries import leavers
from app.privacy.queries.register import register
from app.privacy.services.deciding import find
from app.privacy.services.erased_list import ErasedList
from app.privacy.services.erasing import erase
from app.surveys.services.cleaning import rewrite_files

log = logging.getLogger("tandem")


def look_after() -> None:
    """Erase who is due, wanted or back from a backup; safe to run at any time."""
    for person_id in _due():
        _try(person_id, is_back=False)
    for person_id in _back():
        _try(person_id, is_back=True)
    _clean()


def erased_list() -> ErasedList:
    """The list of this instance."""
    settings: config.Settings = current_app.extensions["settings"]
    return ErasedList(settings.erased_list, settings.secret_key)


def _due() -> list[int]:
    now = clock.now()
    with reading() as session:
        found = leavers.leavers(session, today=now.date(), now=now)
        return [one.id for one in leavers.ready(found, today=now.date())]


def back_from_a_backup(session: Session) -> list[Person]:
    """People of the list who are in the database again. One statement, or none."""
    known = erased_list()
    if not (keys := known.keys()):
        return []
    people = session.scalars(select(Person).where(Person.id.in_(keys)).order_by(Person.id))
    return [person for person in people if known.knows(person)]


def _back() -> list[int]:
    with reading() as session:
        return [person.id for person in back_from_a_backup(session)]


def _try(person_id: int, *, is_back: bool) -> None:
    """One that fails keeps nobody else waiting; the doctor names who is still here."""
    try:
        _erase(person_id, is_back=is_back)
    except SQLAlchemyError:
        log.exception("person %s could not be erased; tried again on the next round", person_id)


def _erase(person_id: int, *, is_back: bool) -> None:
    """The list first: a crash between the two is an erasure that is done on the next round."""
    now = clock.now()
    with unit_of_work() as session:
        person = session.get(Person, person_id, with_for_update=True)
        leaver = find(session, person_id, today=now.date(), now=now)
        decided = session.get(Erasure, person_id)
        is_held = decided is not None and decided.held_at is not None
        is_ready = leaver is not None and leavers.ready([leaver], today=now.date())
        if person is None or is_held or not (is_back or is_ready):
            return
        by = decided.wanted_by if decided else None
        erased_list().add(person, on=now.date())
        erase(session, person, actor_id=by, at=now)


def _clean() -> None:
    """Rewrite the files when an erasure left traces in them; tried again until it is done."""
    with reading() as session:
        if not leavers.rule(session).files_due:
            return
    db.session.remove()
    try:
        done = rewrite_files(db.engine, list(register()))  # a name may have stood in any text
    except OperationalError:
        log.info("the files are in use; an erasure is cleaned up on the next round")
        return
    if done:
        with unit_of_work() as session:
            session.execute(update(ErasureRule).values(files_due=False))
