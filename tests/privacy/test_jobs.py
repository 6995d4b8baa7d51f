"""The worker erases whose time has come, nobody else, and whom a backup brought back."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry, AuditKind
from app.cli.doctor import nobody_is_back
from app.people.models import Person
from app.privacy.jobs import erasing
from app.privacy.models import Erasure, ErasureRule
from app.privacy.services.erased_list import KEPT, ErasedList
from tests.factories import make_person, make_site

LEFT = date(2026, 10, 1)
NAME = "Zwölfender"


@pytest.fixture
def leaver(session):
    person = make_person(session, "Quirina", family_name=NAME)
    person.left_on = LEFT
    session.commit()
    return person


@pytest.fixture
def work(app, session):
    """Let the worker look once; gives the names of those who are still here."""

    def done():
        session.commit()
        with app.app_context():
            erasing.look_after()
        session.expire_all()
        real = select(Person.family_name).where(Person.stands_for.is_(None))
        return sorted(session.scalars(real))

    return done


def rule(session, term):
    session.add(ErasureRule(id=1, term=term))


def family(person):
    return person.family_name


def test_without_a_rule_nobody_goes_by_themselves(work, leaver):
    assert work() == [NAME]


def test_term_is_waited_for_to_the_day(work, session, leaver, clock):
    rule(session, 60)

    clock.move_by(timedelta(days=6))  # the 59th day after leaving
    before = work()
    clock.move_by(timedelta(days=1))

    assert (before, work()) == ([NAME], [])


def test_who_is_kept_for_a_reason_stays(work, session, leaver, clock):
    rule(session, 30)
    session.add(Erasure(person_id=leaver.id, held_at=clock.now(), reason="dispute before a court"))

    assert work() == [NAME]


def test_who_works_here_is_not_erased_whatever_is_wanted(work, session, clock):
    ada = make_person(session, "Ada")
    session.add(Erasure(person_id=ada.id, wanted_at=clock.now()))
    rule(session, 30)

    assert work() == [family(ada)]


def test_hr_has_somebody_erased_and_the_log_says_by_whom(work, session, leaver, clock):
    olga = make_person(session, "Olga")
    session.add(Erasure(person_id=leaver.id, wanted_at=clock.now(), wanted_by=olga.id))
    gone = leaver.id

    assert work() == [family(olga)]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.kind == AuditKind.PERSON_ERASED)
    ).one()
    assert (entry.subject, entry.actor_id, entry.detail) == (f"person:{gone}", olga.id, {})


def stored_bytes(session):
    """All that lies on the disk for persons: SQLite's files, or PostgreSQL's of their table."""
    if session.get_bind().dialect.name == "sqlite":
        file = session.get_bind().url.database
        return b"".join(Path(f"{file}{end}").read_bytes() for end in ("", "-wal"))
    session.execute(text("CHECKPOINT"))
    tables = ("person", "ix_person_family_name")
    read = "SELECT pg_read_binary_file(pg_relation_filepath(:name))"
    return b"".join(bytes(session.scalar(text(read), {"name": name})) for name in tables)


def test_files_hold_no_trace_after_it(work, session, leaver):
    rule(session, 30)
    session.commit()
    before = NAME.encode() in stored_bytes(session)
    session.commit()

    work()

    assert before is True
    assert NAME.encode() not in stored_bytes(session)
    assert session.get_one(ErasureRule, 1).files_due is False


def test_files_are_cleaned_later_when_they_are_in_use(work, session, leaver, monkeypatch):
    rule(session, 30)
    monkeypatch.setattr(erasing, "rewrite_files", lambda _engine, _tables: False)
    work()
    waits = session.get_one(ErasureRule, 1).files_due
    monkeypatch.undo()

    work()

    assert (waits, session.get_one(ErasureRule, 1).files_due) == (True, False)


def test_somebody_a_backup_brought_back_goes_again(work, session, leaver, clock):
    rule(session, 30)
    copy = {c.name: getattr(leaver, c.name) for c in Person.__table__.columns}
    assert work() == []
    session.get_one(ErasureRule, 1).term = None

    session.add(Person(**copy))

    assert work() == []


def test_one_that_fails_keeps_nobody_waiting(work, session, leaver, monkeypatch):
    first = make_person(session, "Ada", family_name="Berg", left_on=date(2026, 9, 1))
    rule(session, 30)
    broken, erase = first.id, erasing.erase

    def fails_for_one(unit, person, **how):
        if person.id == broken:
            raise IntegrityError("statement", {}, Exception("a guard said no"))
        erase(unit, person, **how)

    monkeypatch.setattr(erasing, "erase", fails_for_one)

    assert work() == ["Berg"]


def test_somebody_else_with_a_key_on_the_list_stays(tmp_path, session):
    known = ErasedList(tmp_path / "list", "secret")
    ada = make_person(session, "Ada")
    known.add(ada, on=LEFT)
    ada.number = "another"

    assert known.knows(ada) is False


def test_list_forgets_what_no_backup_can_hold_any_more(tmp_path, session):
    make_site(session)
    known = ErasedList(tmp_path / "list", "secret")
    ada, bo = make_person(session, "Ada"), make_person(session, "Bo")

    known.add(ada, on=LEFT)
    known.add(bo, on=LEFT + KEPT)

    assert known.keys() == [bo.id]
    assert (tmp_path / "list").stat().st_mode & 0o777 == 0o600


def test_doctor_says_who_is_back_and_what_is_not_cleaned(app, session, leaver, clock):
    rule(session, None)
    session.get_one(ErasureRule, 1).files_due = True
    session.commit()
    with app.app_context():
        erasing.erased_list().add(leaver, on=LEFT)
        said = list(nobody_is_back(session, clock.now()))

    assert said == [
        f"person {leaver.id} was erased and is here again: is the worker running?",
        "the files still hold traces of an erasure: is the worker running?",
    ]
