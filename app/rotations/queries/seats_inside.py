"""What stands behind a booking inside a stay: the seat, and whether HR has asked about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import Commitment
from app.domain.seats import HOLDING
from app.gatherings.models import Booking, Meeting
from app.outbox.models import Notice


def asked(session: Session, keys: Collection[str]) -> dict[str, datetime]:
    """When questions with these keys were asked. One statement, or none."""
    if not keys:
        return {}
    wanted = Notice.dedupe_key.in_(sorted(set(keys)))
    return dict(session.execute(select(Notice.dedupe_key, Notice.created_at).where(wanted)).all())


def seat_behind(session: Session, commitment_id: int) -> int | None:
    """The key of the booking that holds a commitment's time, or None. One statement."""
    return session.scalar(
        select(Booking.id)
        .join(Meeting, Meeting.gathering_id == Booking.gathering_id)
        .join(
            Commitment,
            (Commitment.source_id == Meeting.id) & (Commitment.person_id == Booking.person_id),
        )
        .where(Commitment.id == commitment_id, Booking.state.in_(HOLDING))
    )
