"""Speak after a session, once; and let nothing lead back to who spoke."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.domain.comments import without_names
from app.domain.voices import TIME_TO_SPEAK, NotYourTurn, is_time
from app.gatherings.models import (
    Booking,
    FeedbackMark,
    FeedbackSheet,
    Gathering,
)
from app.gatherings.queries.feedback import CAME
from app.people.queries.names import names_of_all
from app.voices.services.mixing import write_anew


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
    """Hand in the feedback on a session; the mark and the sheet stand apart.

    Names of colleagues are blacked out before the words are stored. Raises NotYourTurn.
    """
    if not may_speak(session, gathering, person_id, at=at):
        raise NotYourTurn
    marked = insert_ignoring_twins(
        session, FeedbackMark, gathering_id=gathering.id, person_id=person_id
    )
    if not marked:
        raise NotYourTurn
    session.add(
        FeedbackSheet(
            key=secrets.token_hex(16),
            gathering_id=gathering.id,
            words=without_names(words, names_of_all(session)) if words else "",
            **dict(answers),
        )
    )


def forget_who_spoke(session: Session, *, at: datetime, random: Random | None = None) -> int:
    """Shuffle the sheets of what is over for two weeks, and delete the marks.

    Written anew in random order under new keys, a sheet has nothing left in common with a mark,
    neither neighbour nor transaction. Gives how many were settled; safe at any time.
    """
    marked = select(FeedbackMark.gathering_id).join(
        Gathering, Gathering.id == FeedbackMark.gathering_id
    )
    is_over = Gathering.ends_at <= at - TIME_TO_SPEAK
    over = session.scalars(marked.where(is_over).distinct()).all()
    if over:
        which = FeedbackSheet.gathering_id.in_(over)
        write_anew(session, FeedbackSheet, which, random or SystemRandom())
        session.execute(delete(FeedbackMark).where(FeedbackMark.gathering_id.in_(over)))
    return len(over)
