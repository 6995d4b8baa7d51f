"""Let everything about persons in a wave go: boxes, marks, who was asked, notices, mails."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.outbox.services import forget
from app.surveys.models import (
    Asked,
    AskedAbout,
    BallotMark,
    CommentMark,
    SealedBox,
    Wave,
)

TOUCHED = (
    "sealed_box",
    "ballot_mark",
    "comment_mark",
    "asked_about",
    "asked",
    "notice",
    "private_mail",
)


def empty(session: Session, wave: Wave) -> None:
    """Delete them all, in the unit of work that ends the wave. Seven statements."""
    for table in (SealedBox, BallotMark, CommentMark, AskedAbout, Asked):
        session.execute(
            delete(table)
            .where(table.wave_id == wave.id)
            .execution_options(synchronize_session=False)
        )
    forget(session, notice_key(wave.id))
    wave.public_key, wave.cleaned = None, False


def notice_key(wave_id: int) -> str:
    """What the keys of a wave's notices and mails begin with."""
    return f"wave:{wave_id}:"
