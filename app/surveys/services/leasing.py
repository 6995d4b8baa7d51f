"""One worker at a time closes a wave."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, update
from sqlalchemy.orm import Session

from app.domain.waves import WaveState
from app.surveys.models import Wave

LEASE = timedelta(minutes=3)  # many times what the boxes of the largest company take to open


def claim(session: Session, wave_id: int, *, at: datetime) -> bool:
    """Take an open wave for closing; of any number of workers one gets it. One statement."""
    taken = session.execute(
        update(Wave)
        .where(
            Wave.id == wave_id,
            Wave.state == WaveState.OPEN,
            or_(Wave.claimed_until.is_(None), Wave.claimed_until <= at),
        )
        .values(claimed_until=at + LEASE)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1
