"""Publishes what was closed, oldest first: once, and in an order that later waves build on."""

from __future__ import annotations

from app import clock
from app.database import reading, unit_of_work
from app.health.queries import snapshots
from app.health.services.publishing import publish
from app.people.queries.organisation import company_zone


def publish_due() -> None:
    """Publish every closed wave that is not; safe to run at any time, twice does it once."""
    now = clock.now()
    with reading() as session:
        waiting = snapshots.unpublished(session)
        today = now.astimezone(company_zone(session)).date()
    for wave_id in waiting:
        with unit_of_work() as session:
            publish(session, wave_id, on=today, at=now)
