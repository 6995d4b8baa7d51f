"""The demo company with one person in it who has left and whose name cannot be missed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.database import db
from app.domain.personal import Fate
from app.health.models import Action, ActionState
from app.insights.models import Insight
from app.outbox.models import Mail
from app.people.models import Membership, Person, TeamLead
from app.privacy.queries.register import register, rows_of

GIVEN, FAMILY = "Quirina", "Zwölfender"
EMAIL, NUMBER = "quirina.zwoelfender@kranich.example", "QZ-70717"
WORDS = "Zwölfenders eigene Worte"
LEFT_ON = date(2026, 11, 1)


@dataclass
class Company:
    """The demo company on one engine, with a person of many records who has left."""

    app: Flask
    engine: Engine
    session: Session
    person_id: int

    @property
    def person(self) -> Person:
        return self.session.get_one(Person, self.person_id)


@contextmanager
def settled(url: str, app: Flask) -> Iterator[Company]:
    """The demo company behind an address, with the person in it."""
    with app.app_context():
        engine = db.engine
    try:
        with Session(engine, expire_on_commit=False) as session:
            person_id = _richest(session)
            _name(session, person_id)
            session.commit()
            yield Company(app, engine, session, person_id)
    finally:
        engine.dispose()


@pytest.fixture
def company(demo_company, store, make_app) -> Iterator[Company]:
    """Lend a company of one's own, on SQLite: what is tried here are our own lines."""
    url = demo_company("sqlite")
    with settled(url, make_app(url)) as made:
        yield made
    store("sqlite").drop(url)


def _richest(session: Session) -> int:
    """Whoever has rows in the most tables, so that nearly every kind of record is erased."""
    found: Counter[int] = Counter()
    for table, personal in register().values():
        if personal.whose is not None:
            owners = session.scalars(select(table.c[personal.whose]).distinct())
            found.update(owner for owner in owners if owner is not None)
    return max(found, key=lambda person_id: (found[person_id], -person_id))


def _name(session: Session, person_id: int) -> None:
    """Call the person by the name looked for, let them have left, and write it everywhere."""
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(given_name=GIVEN, family_name=FAMILY, email=EMAIL, number=NUMBER, left_on=LEFT_ON)
    )
    for table in (Membership, TeamLead):
        session.execute(update(table).where(table.person_id == person_id).values(ends_on=LEFT_ON))
    for name, (table, personal) in register().items():
        if name in {"person", "booking_step"} or personal.fate is Fate.KEPT:
            continue
        for word in personal.words if personal.is_somebodys else ():
            there = rows_of(name, person_id) & table.c[word].is_not(None)
            session.execute(update(table).where(there).values({word: WORDS}))
    _settle(session, person_id)
    _told_to_others(session)


def _settle(session: Session, person_id: int) -> None:
    """Leave nothing for the person to see to: an erasure would wait for it."""
    other = session.scalars(select(Person.id).where(Person.id != person_id).limit(1)).one()
    session.execute(
        update(Action)
        .where(Action.owner_id == person_id, Action.state == ActionState.PLANNED)
        .values(owner_id=other)
    )
    session.execute(update(Insight).where(Insight.owner_id == person_id).values(owner_id=other))


def _told_to_others(session: Session) -> None:
    """Write the name into what others read: a notice, a mail, a placement, an action."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    mail = Mail(
        key="k", dedupe_key="d", address="ada@kranich.example", subject="s", body="b", due_at=at
    )
    mail.created_at = at
    session.add(mail)
    session.flush()
    full = f"{GIVEN} {FAMILY}"
    for name, column, words in (
        ("notice", "text", f"{full} has booked."),
        ("mail", "body", f"Hello, Frau {FAMILY} ({EMAIL}) will come."),
        ("placement", "task", f"Ask {FAMILY}, {GIVEN} (no. {NUMBER})."),
        ("action", "what", f"{full}'s idea"),
    ):
        table, _personal = register()[name]
        key = next(iter(table.primary_key.columns))
        some = session.scalars(select(key).order_by(key).limit(2)).all()
        session.execute(update(table).where(key.in_(some)).values({column: words}))
