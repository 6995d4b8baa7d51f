"""The open survey on Today, for whoever still has something to hand in."""

from __future__ import annotations

from collections.abc import Iterator

from app.database import UnitOfWork
from app.domain.refusals import N_
from app.domain.roles import Actor
from app.domain.tasks import Task
from app.domain.timespan import last_day
from app.surveys.queries import waves


def survey_waiting(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    """The survey this person may answer, while something of it is open. At most four statements."""
    wave = waves.open_for(session, actor.person_id)
    mine = waves.mine(session, wave, actor.person_id) if wave is not None else None
    if wave is None or mine is None or mine.finished:
        return
    yield Task(
        "chat-square-text",
        N_("How do you work together? Two minutes for “%(title)s”, anonymous and voluntary"),
        "surveys.index",
        params={"title": wave.title},
        due_on=last_day(wave.ends_on),
    )
