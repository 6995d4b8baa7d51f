"""When the system reminds, and whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.waves import WaveState, reminder_days
from app.outbox import queries as outbox
from app.outbox.models import Delivery, NoticeSetting, NoticeTopic
from app.outbox.queries import Reader
from app.surveys.models import Wave
from app.surveys.queries import waves as queries


def due(session: Session, wave: Wave, *, today: date) -> list[Reader]:
    """Whom to remind now: those not done, on a day of reminding, each day once.

    The wave is noted as reminded, so that its row must be held. Three statements, none without a
    reminder due. People who asked for no survey mails get none.
    """
    if wave.state is not WaveState.OPEN or today >= wave.ends_on:
        return []
    passed = sum(day <= today for day in reminder_days(wave.opens_on, wave.ends_on))
    if passed <= wave.reminders:
        return []
    wave.reminders = passed
    people = queries.unfinished(session, wave.id)
    silent = set(
        session.scalars(
            select(NoticeSetting.person_id).where(
                NoticeSetting.topic == NoticeTopic.SURVEYS,
                NoticeSetting.delivery == Delivery.PAGE_ONLY,
            )
        )
    )
    readers = outbox.readers(session, [person for person in people if person not in silent])
    return [reader for reader in readers.values() if reader.active]
