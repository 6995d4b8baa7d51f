"""How somebody wants to see the program. Not worth an audit entry, and nobody else's business."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.people.models import Person


def choose_locale(session: Session, person_id: int, locale: str | None) -> None:
    """Show pages and mails in this language; None: as the browser asks.

    Not counted as a change of the person, so that nobody who edits the person is disturbed.
    """
    session.execute(update(Person).where(Person.id == person_id).values(locale=locale))


def choose_theme(session: Session, person_id: int, theme: str) -> None:
    """`light`, `dark` or `auto`."""
    session.execute(update(Person).where(Person.id == person_id).values(theme=theme))
