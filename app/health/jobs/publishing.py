"""Publishes what was closed, oldest first, since later waves build on earlier ones."""

from __future__ import annotations

from app import clock
from app.database import reading, unit_of_work
from app.health.queries import actions, remedies, snapshots
from app.health.services import contact_steps
from app.health.services import remedies as catalogue
from app.health.services.actions import remind, tell_what_became
from app.health.services.effects import study_newest
from app.health.services.publishing import publish
from app.health.services.telling_low import tell_low
from app.people.queries.organisation import company_zone
from app.queue import ring


def look_after() -> None:
    """Publish every closed wave that is not, and tell owners of actions what became, once each.

    After each publication it is studied what helped. A new house gets its remedies first.
    """
    now = clock.now()
    _begin()
    with reading() as session:
        waiting = snapshots.unpublished(session)
        today = now.astimezone(company_zone(session)).date()
    told = 0
    for wave_id in waiting:
        with unit_of_work() as session:
            publish(session, wave_id, on=today, at=now)
            told += tell_low(session, wave_id, today=today, at=now)
            contact_steps.write(session, at=now)
            study_newest(session, at=now)
    with unit_of_work() as session:
        study_newest(session, at=now)  # of a wave that was published by hand
    with unit_of_work() as session:
        due = actions.nearly_due(session, today=today)
        for action in due:
            remind(session, action, at=now)
    with unit_of_work() as session:
        told += sum(
            tell_what_became(session, standing, at=now)
            for standing in actions.planned(session, at=now)
            if standing.started
        )
    if due or told:
        ring("mail")


def _begin() -> None:
    """Give a new house its remedies; HR edits them from then on.

    Two at once write each remedy once: its place in the first catalogue is unique.
    """
    with reading() as session:
        if remedies.is_begun(session):
            return
    with unit_of_work() as session:
        catalogue.begin(session)
