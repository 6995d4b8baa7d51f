"""Speak after a session or a contact, once; and let nothing lead back to who spoke."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from app.database import Base, insert_ignoring_twins
from app.domain.seats import BookingState
from app.domain.voices import TIME_TO_SPEAK, NotYourTurn, is_time, quarter
from app.gatherings.models import (
    Booking,
    FeedbackMark,
    FeedbackSheet,
    Gathering,
    PulseMark,
    PulseSheet,
)

CAME = (BookingState.ATTENDED, BookingState.PARTLY_ATTENDED)


def may_speak(session: Session, gathering: Gathering, person_id: int, *, at: datetime) -> bool:
    """Whether somebody came, has not spoken yet, and is in time. Two statements."""
    if not is_time(gathering.ends_at, at):
        return False
    came = session.scalar(
        select(Booking.id).where(
            Booking.gathering_id == gathering.id,
            Booking.person_id == person_id,
            Booking.state.in_(CAME),
        )
    )
    return came is not None and session.get(FeedbackMark, (gathering.id, person_id)) is None


def give_feedback(
    session: Session,
    gathering: Gathering,
    person_id: int,
    answers: Mapping[str, int | None],
    words: str,
    *,
    at: datetime,
) -> None:
    """Hand in the feedback on a session; the mark and the sheet stand apart. Raises NotYourTurn."""
    if not may_speak(session, gathering, person_id, at=at):
        raise NotYourTurn
    marked = insert_ignoring_twins(
        session, FeedbackMark, gathering_id=gathering.id, person_id=person_id
    )
    if not marked:
        raise NotYourTurn
    key = secrets.token_hex(16)
    sheet = FeedbackSheet(key=key, gathering_id=gathering.id, words=words, **dict(answers))
    session.add(sheet)


def give_pulse(
    session: Session,
    contact: str,
    person_id: int,
    teams: tuple[int, int],
    taps: Mapping[str, int | None],
    *,
    at: datetime,
) -> None:
    """Hand in the three taps after a contact; `teams` are the own and the other one.

    Only the pair and the quarter are kept with them. Raises NotYourTurn the second time.
    """
    if not insert_ignoring_twins(session, PulseMark, contact=contact, person_id=person_id):
        raise NotYourTurn
    own, other = teams
    session.add(
        PulseSheet(
            key=secrets.token_hex(16),
            from_team_id=own,
            about_team_id=other,
            quarter=quarter(at),
            **dict(taps),
        )
    )


def forget_who_spoke(session: Session, *, at: datetime, random: Random | None = None) -> int:
    """Shuffle the sheets of what is over for two weeks, and delete the marks.

    Written anew in random order under new keys, a sheet has nothing left in common with a mark,
    neither neighbour nor transaction. Gives how many were settled; safe at any time.
    """
    dice = random or SystemRandom()
    before = at - TIME_TO_SPEAK
    marked = select(FeedbackMark.gathering_id).join(
        Gathering, Gathering.id == FeedbackMark.gathering_id
    )
    over = session.scalars(marked.where(Gathering.ends_at <= before).distinct()).all()
    if over:
        _rewrite(session, FeedbackSheet, FeedbackSheet.gathering_id.in_(over), dice)
        session.execute(delete(FeedbackMark).where(FeedbackMark.gathering_id.in_(over)))
    contacts = _contacts_before(session, before)
    if contacts:
        _rewrite(session, PulseSheet, PulseSheet.key.is_not(None), dice)
        session.execute(delete(PulseMark).where(PulseMark.contact.in_(contacts)))
    return len(over) + len(contacts)


def _contacts_before(session: Session, before: datetime) -> list[str]:
    """Marked contacts that ended by an instant."""
    marked = set(session.scalars(select(PulseMark.contact).distinct()))
    ended = session.scalars(
        select(Gathering.id).where(
            Gathering.ends_at <= before,
            Gathering.id.in_([int(name.partition(":")[2]) for name in marked]),
        )
    )
    return [contact_of(gathering_id) for gathering_id in ended]


def contact_of(gathering_id: int) -> str:
    """The name of a joint day among contacts."""
    return f"gathering:{gathering_id}"


def _rewrite(session: Session, table: type[Base], which: ColumnElement[bool], dice: Random) -> None:
    """Write sheets anew: random order, new keys, all in this one transaction."""
    names = [column.name for column in table.__table__.columns if column.name != "key"]
    rows = [
        dict(zip(names, values, strict=True))
        for values in session.execute(
            select(*(getattr(table, name) for name in names)).where(which)
        )
    ]
    dice.shuffle(rows)
    session.execute(delete(table).where(which))
    if rows:
        keyed = [{"key": f"{dice.getrandbits(128):032x}", **row} for row in rows]
        session.execute(insert(table), keyed)
