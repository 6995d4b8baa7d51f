"""Whether rooms are free for moved meetings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.domain.timespan import Timespan
from app.gatherings.models import Meeting


def rooms_taken(
    session: Session, gathering_id: int, wanted: Sequence[tuple[int | None, Timespan]]
) -> bool:
    """Whether another gathering's meeting is in one of these rooms then. At most one statement."""
    overlaps = [
        and_(
            Meeting.room_id == room_id,
            Meeting.starts_at < span.end,
            Meeting.ends_at > span.start,
        )
        for room_id, span in wanted
        if room_id is not None
    ]
    if not overlaps:
        return False
    others = (Meeting.active, Meeting.gathering_id != gathering_id)
    return session.scalar(select(Meeting.id).where(*others, or_(*overlaps)).limit(1)) is not None
