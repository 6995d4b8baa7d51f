"""Tell people about rounds, applications and endorsements, each thing once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox.models import Notice
from app.outbox.services import Message, notify


def tell(session: Session, message: Message, *, to: Iterable[int], key: str, at: datetime) -> int:
    """Tell those of `to` who have not heard of `key` yet; gives how many that were.

    One statement when everybody knows already, so that jobs may ask again every minute.
    """
    wanted = {f"{key}:{person}": person for person in set(to)}
    if not wanted:
        return 0
    known = set(session.scalars(select(Notice.dedupe_key).where(Notice.dedupe_key.in_(wanted))))
    untold = [person for dedupe_key, person in wanted.items() if dedupe_key not in known]
    return notify(session, message, to=untold, key=key, at=at) if untold else 0
