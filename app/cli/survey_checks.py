"""What `flask doctor` looks at in surveys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.waves import WaveState
from app.health.services import proving
from app.outbox.models import Notice, PrivateMail
from app.surveys.models import (
    Asked,
    AskedAbout,
    BallotMark,
    CommentMark,
    SealedBox,
    Wave,
)
from app.surveys.services.emptying import notice_key

LATE = timedelta(hours=1)


def waves_leave_nothing(session: Session, now: datetime) -> Iterable[str]:
    """A wave that is over holds nothing about persons, and its files are clean (I6)."""
    over = session.execute(
        sa.select(Wave.id, Wave.closed_at, Wave.cleaned).where(
            Wave.state.in_((WaveState.CLOSED, WaveState.CANCELLED))
        )
    ).all()
    for wave_id, closed_at, cleaned in over:
        if left := _left(session, wave_id):
            yield f"wave {wave_id} is over and {left} rows about persons are still there"
        if not cleaned and closed_at is not None and closed_at < now - LATE:
            yield f"the files of wave {wave_id} still wait to be rewritten: is the worker running?"


def snapshots_are_whole(session: Session, _now: datetime) -> Iterable[str]:
    """What was published is still what was published (I8); past triggers only a digest tells."""
    for snapshot_id in proving.every(session):
        for fault in proving.changed(session, snapshot_id):
            yield f"snapshot {snapshot_id}: {fault}"
        session.expunge_all()


def _left(session: Session, wave_id: int) -> int:
    key = notice_key(wave_id)
    wanted = [
        sa.select(sa.func.count()).where(table.wave_id == wave_id)
        for table in (Asked, AskedAbout, BallotMark, CommentMark, SealedBox)
    ]
    wanted += [
        sa.select(sa.func.count()).where(table.dedupe_key.startswith(key, autoescape=True))
        for table in (Notice, PrivateMail)
    ]
    return sum(session.scalar(statement) or 0 for statement in wanted)


def waves_end(session: Session, now: datetime) -> Iterable[str]:
    """No wave stays open days after its end (I17); the key may be missing on this host."""
    late = sa.select(Wave.id).where(
        Wave.state == WaveState.OPEN, Wave.ends_on < (now - timedelta(days=1)).date()
    )
    for wave_id in session.scalars(late.order_by(Wave.id)):
        yield f"wave {wave_id} has ended and is open: does the worker run, is its key there?"
