"""Owners of insights are reminded before their answer is due."""

from __future__ import annotations

from app import clock, queue
from app.database import unit_of_work
from app.insights import services


def remind() -> None:
    """Remind those whose answer is nearly due; safe at any time."""
    now = clock.now()
    with unit_of_work() as session:
        told = services.remind_owners(session, today=now.date(), at=now)
    if told:
        queue.ring("mail")
