"""Keep the public holidays of every site ahead of the calendar."""

from __future__ import annotations

from app import clock
from app.database import unit_of_work
from app.people.services import holidays


def fill() -> None:
    """Fill what is missing; nothing to do on most days."""
    with unit_of_work() as session:
        holidays.fill(session, today=clock.now().date())
