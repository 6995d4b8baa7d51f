"""Let everything about persons in a wave go: boxes, marks, who was asked, notices, mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, or_, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.domain.waves import WaveState
from app.outbox.services import forget
from app.surveys.models import (
    Asked,
    AskedAbout,
    BallotMark,
    CommentMark,
    SealedBox,
    Wave,
)

TABLES = (SealedBox, BallotMark, CommentMark, AskedAbout, Asked)  # none before what refers to it
NAMES = ", ".join(table.__tablename__ for table in TABLES)
TOUCHED = (*(table.__tablename__ for table in TABLES), "notice", "mail")


def end(wave: Wave, state: WaveState, at: datetime) -> None:
    """An open wave is over: what belonged to it while it was open is to be let go."""
    wave.state, wave.closed_at, wave.claimed_until = state, at, None
    wave.public_key, wave.cleaned = None, False


def empty(session: Session, wave: Wave) -> None:
    """Delete it all, as the last step of the unit of work that ends the wave.

    Seven statements; on PostgreSQL five where nobody is looking, else up to nine.
    """
    forget(session, notice_key(wave.id))
    session.flush()
    if session.get_bind().dialect.name == "postgresql" and _is_alone(session, wave):
        session.execute(text(f"TRUNCATE {NAMES}"))
        return
    for table in TABLES:
        session.execute(
            delete(table)
            .where(table.wave_id == wave.id)
            .execution_options(synchronize_session=False)
        )


def _is_alone(session: Session, wave: Wave) -> bool:
    """Whether the tables are ours to empty at once: nobody else looks, no other wave is in them.

    Deleting row by row asks for every row whether another one refers to it. The tables are locked
    to the end of the unit of work, and never waited for: whoever waits for us holds nothing that
    we still ask for.
    """
    try:
        with session.begin_nested():
            session.execute(text(f"LOCK TABLE {NAMES} IN ACCESS EXCLUSIVE MODE NOWAIT"))
    except OperationalError:
        return False
    others = (
        exists().where(or_(table.wave_id < wave.id, table.wave_id > wave.id))
        for table in (Asked, SealedBox)
    )
    return not session.scalar(select(or_(*others)))


def notice_key(wave_id: int) -> str:
    """What the keys of a wave's notices and mails begin with."""
    return f"wave:{wave_id}:"
