"""Joint days on Today: debriefs to write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.database import UnitOfWork
from app.domain.refusals import N_, NN_
from app.domain.roles import Actor
from app.domain.tasks import Task
from app.gatherings.queries.trips import debriefs, hostless


def trips_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """What a person has to write after joint days; HR looks after hosts who left.

    One statement, for HR two.
    """
    for debrief in debriefs.to_write(session, actor.person_id, at=at):
        yield Task(
            "journal-text",
            N_("Look back at “%(title)s”: three observations"),
            "trips.debrief",
            params={"title": debrief.gathering.title},
            values={"gathering_id": debrief.gathering_id},
            due_on=debrief.due_at.astimezone(actor.zone).date(),
        )
    if actor.is_hr:
        count, first_at = hostless.pile(session, at=at)
        if count and first_at is not None:
            yield Task(
                "person-x",
                NN_(
                    "%(num)d joint day has lost its host: hand it over or call it off",
                    "%(num)d joint days have lost their host: hand them over or call them off",
                ),
                "trips.without_host",
                count=count,
                due_on=first_at.astimezone(actor.zone).date(),
            )
