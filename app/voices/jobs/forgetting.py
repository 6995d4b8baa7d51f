"""The worker forgets who answered after a contact."""

from __future__ import annotations

from app import clock
from app.database import unit_of_work
from app.voices.services.taps import forget_who_tapped


def forget() -> None:
    """Mix the taps of what is over for two weeks; safe at any time."""
    with unit_of_work() as session:
        forget_who_tapped(session, at=clock.now())
