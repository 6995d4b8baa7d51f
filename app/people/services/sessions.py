"""Server-side sessions: begin, note, end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.people.models import Login


def note_seen(session: Session, login_id: int, *, at: datetime) -> None:
    """Move the idle clock of a session; asked at most every five minutes."""
    session.execute(update(Login).where(Login.id == login_id).values(seen_at=at))
