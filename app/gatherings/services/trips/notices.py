"""What host and guests are told about looking back.

No notice says who the customer is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.gatherings.models import Gathering, TripDebrief, TripPromise
from app.outbox.models import NoticeTopic
from app.outbox.services import Message, notify


def ask_to_look_back(
    session: Session, gathering: Gathering, to: Iterable[int], *, due_at: datetime, at: datetime
) -> None:
    """The day is over: three observations, while they are fresh."""
    message = Message(
        topic=NoticeTopic.BOOKINGS,
        title=N_("What did you see? Please look back: %(what)s"),
        text=N_("Three observations and what should follow, until %(until)s."),
        path=f"/trips/{gathering.id}/debrief",
        action=N_("Look back"),
        params={"what": gathering.title, "until": due_at},
    )
    notify(session, message, to=to, key=f"gathering:{gathering.id}:debrief", at=at)


def remind_of_promise(session: Session, promise: TripPromise, *, at: datetime) -> None:
    """On the day it is due. What was promised is not repeated in a mail."""
    gathering = promise.debrief.gathering
    message = Message(
        topic=NoticeTopic.BOOKINGS,
        title=N_("A promise is due: %(what)s"),
        text=N_("On that day you promised something until %(day)s. Please say when it is kept."),
        path=f"/trips/{gathering.id}",
        action=N_("Look at the promise"),
        params={"what": gathering.title, "day": promise.due_on or at.date()},
    )
    notify(session, message, to={promise.owner_id}, key=f"promise:{promise.id}:due", at=at)


def remind_to_look_back(
    session: Session, gathering: Gathering, debrief: TripDebrief, *, at: datetime
) -> None:
    """Once, a day before it is due."""
    message = Message(
        topic=NoticeTopic.BOOKINGS,
        title=N_("Your debrief is missing: %(what)s"),
        text=N_("Please write it until %(until)s, while you still remember."),
        path=f"/trips/{gathering.id}/debrief",
        action=N_("Look back"),
        params={"what": gathering.title, "until": debrief.due_at},
    )
    key = f"debrief:{debrief.id}:remind"
    notify(session, message, to={debrief.person_id}, key=key, at=at)
