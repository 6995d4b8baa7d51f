"""Tell people: written in the transaction of the change, so that nothing is lost or invented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_ignoring_twins
from app.outbox.models import Delivery, Notice, NoticeSetting, NoticeTopic


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell. `title`, `text` and `action` are English message ids (mark them with N_).

    `params` fills their placeholders: strings, numbers, days and instants; the last two are
    written in the reader's way. `path` is the page with the one action, from the first slash on.
    `must_know` is mailed at once whatever the person chose: place, change, cancellation.
    """

    topic: NoticeTopic
    title: str
    text: str
    path: str
    action: str
    params: Mapping[str, object] = field(default_factory=dict)
    must_know: bool = False


def notify(session: Session, message: Message, *, to: Iterable[int], key: str, at: datetime) -> int:
    """Tell each person of `to` (person ids) once; gives how many were told.

    `key` names the change, such as "stay:17:v3:proposed": telling it again tells nobody. Two
    statements per person plus one; call `ring("mail")` after the unit of work.
    """
    people = sorted(set(to))
    chosen = _deliveries(session, people, message.topic)
    told = 0
    for person_id in people:
        delivery = Delivery.AT_ONCE if message.must_know else chosen.get(person_id, Delivery.DIGEST)
        told += insert_ignoring_twins(
            session,
            Notice,
            person_id=person_id,
            topic=message.topic,
            must_know=message.must_know,
            title=message.title,
            text=message.text,
            params={name: _stored(value) for name, value in message.params.items()},
            path=message.path,
            action=message.action,
            dedupe_key=f"{key}:{person_id}",
            created_at=at,
            awaits_mail=delivery is Delivery.AT_ONCE,
            awaits_digest=delivery is Delivery.DIGEST,
        )
    return told


def _deliveries(session: Session, people: list[int], topic: NoticeTopic) -> dict[int, Delivery]:
    rows = session.execute(
        select(NoticeSetting.person_id, NoticeSetting.delivery).where(
            NoticeSetting.person_id.in_(people), NoticeSetting.topic == topic
        )
    )
    return dict(rows.tuples())


def _stored(value: object) -> Any:
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, str | int | float):
        return value
    raise ValueError(f"a notice cannot carry {type(value).__name__}")
