"""Joint days on Today: debriefs to write, promises to keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.database import UnitOfWork
from app.domain.refusals import N_, NN_
from app.domain.roles import Actor
from app.domain.tasks import Task
from app.gatherings.queries.trips import debriefs, hostless


def trips_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """What a person has to write after joint days and promised there; HR finds hosts who left.

    Two statements, for HR three.
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
    for promise in debriefs.open_promises(session, actor.person_id):
        yield Task(
            "hand-thumbs-up",
            N_("You promised “%(promise)s” after “%(title)s”: say when it is kept"),
            "trips.show",
            params={"promise": promise.text, "title": promise.debrief.gathering.title},
            values={"gathering_id": promise.debrief.gathering_id, "_anchor": "promises"},
            due_on=promise.due_on,
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
