"""Actions of pairs of teams on Today: what one looks after, and what one is asked to start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.database import UnitOfWork
from app.domain.refusals import N_, NN_
from app.domain.roles import Actor
from app.domain.starts import NextStep
from app.domain.tasks import Task
from app.health.models import RemedyKind
from app.health.queries import actions, starts, unanswered, ways

ASKED = {
    RemedyKind.TRIP: N_("Please offer a joint day: %(what)s"),
    RemedyKind.ROTATION: N_("Please offer a placement: %(what)s"),
}


def actions_waiting(session: UnitOfWork, actor: Actor, *, at: datetime) -> Iterator[Task]:
    """What waits for this person.

    Two statements, up to three more for an owner of actions, two more for who answers for pairs.
    """
    yield from _unanswered(session, actor)
    for request in starts.asked_of(session, actor.person_id):
        action = request.action
        yield Task(
            "signpost-2",
            ASKED[request.kind],
            "actions.show",
            params={"what": action.what},
            values={"action_id": action.id},
            due_on=action.due_on,
        )
    for standing in actions.planned(session, at=at, owner_id=actor.person_id):
        title = _title(standing)
        if title:
            yield Task(
                "clipboard-check",
                title,
                "actions.show",
                params={"what": standing.action.what},
                values={"action_id": standing.action.id},
                due_on=standing.action.due_on,
            )


def _unanswered(session: UnitOfWork, actor: Actor) -> Iterator[Task]:
    """Weak results of the last survey that somebody still owes an answer."""
    waiting = unanswered.of_actor(session, actor)
    if waiting is not None and waiting.results:
        yield Task(
            "exclamation-diamond",
            NN_(
                "%(num)d weak result of the last survey has no answer yet",
                "%(num)d weak results of the last survey have no answer yet",
            ),
            "actions.index",
            count=len(waiting.results),
            values={"_anchor": "unanswered"},
        )


def _title(standing: actions.Standing) -> str:
    """What to do about an action; empty while what was started is still to come."""
    if standing.step is NextStep.SAY_WHAT_CAME:
        return N_("It took place. Say what came of it: %(what)s")
    if standing.step is NextStep.WAIT:
        return ""
    if ways.kind_of(standing.action) is None:
        return N_("You look after this for two teams: %(what)s")
    return N_("Start it: %(what)s")
