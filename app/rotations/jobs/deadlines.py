"""Deadlines act by themselves: reminders, escalations, the next state of a round."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app import clock
from app.database import reading, unit_of_work
from app.queue import ring
from app.rotations.queries import company
from app.rotations.queries import deadlines as queries
from app.rotations.services import deadlines

AHEAD = timedelta(days=400)


def act() -> None:
    """Look at every living round, each in its own unit of work; safe at any time."""
    now = clock.now()
    with reading() as session:
        today = now.astimezone(company.zone(session)).date()
        holidays = _holidays(session, today)
        living = queries.living(session)
    told = 0
    for round_id in living:
        with unit_of_work() as session:
            told += deadlines.act(session, round_id, today=today, holidays=holidays, at=now)
    if told:
        ring("mail")


def _holidays(session: Session, today: date) -> frozenset[date]:
    return company.holidays(session, since=today - timedelta(days=31), until=today + AHEAD)
