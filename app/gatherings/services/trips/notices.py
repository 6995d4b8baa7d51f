"""What host and guests are told about looking back, and owners about lessons.

No notice says who the customer is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.refusals import N_
from app.gatherings.models import Gathering, TripDebrief, TripLesson
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


def lesson_handed_over(session: Session, lesson: TripLesson, *, at: datetime) -> None:
    """Somebody answers for a lesson from now on."""
    message = Message(
        topic=NoticeTopic.INSIGHTS,
        title=N_("A lesson from a joint day waits for your answer"),
        text=N_("“%(lesson)s” Please say what becomes of it until %(until)s."),
        path=f"/trips/lessons/{lesson.id}",
        action=N_("Answer"),
        params={"lesson": lesson.text, "until": lesson.due_on},
    )
    notify(
        session, message, to={lesson.owner_id}, key=f"lesson:{lesson.id}:{lesson.version}", at=at
    )


def lesson_decided(
    session: Session, lesson: TripLesson, to: Iterable[int], *, at: datetime
) -> None:
    """Who wrote it down hears what became of it."""
    message = Message(
        topic=NoticeTopic.INSIGHTS,
        title=N_("There is an answer to your lesson"),
        text=N_("“%(lesson)s” The answer: “%(note)s”"),
        path=f"/trips/lessons/{lesson.id}",
        action=N_("Read it"),
        params={"lesson": lesson.text, "note": lesson.fate_note},
    )
    key = f"lesson:{lesson.id}:{lesson.version}:decided"
    notify(session, message, to=to, key=key, at=at)
