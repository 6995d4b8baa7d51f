"""Who reads a page of trainings, as queries want to know it."""

from __future__ import annotations

from datetime import datetime

from app.database import UnitOfWork
from app.gatherings.queries.offers import Reader, department_of
from app.web.guards import actor


def reader(session: UnitOfWork, at: datetime) -> Reader:
    """The signed-in person at an instant. One statement."""
    today = at.astimezone(actor.zone).date()
    return Reader(actor.person_id, department_of(session, actor.home_team), at, today)
