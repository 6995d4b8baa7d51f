"""The worker looks after joint days: debriefs, promises, and names that have served."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError

from app import clock, queue
from app.database import reading, unit_of_work
from app.domain.refusals import Stale
from app.gatherings.queries.trips.debriefs import due_for_keeping
from app.gatherings.services.trips import keep, remind_of_promises

log = logging.getLogger("tandem")


def keep_trips() -> None:
    """Do what is due for every joint day, each in a unit of work of its own; safe at any time."""
    with reading() as session:
        due = due_for_keeping(session, at=clock.now())
    done = [gathering_id for gathering_id in due if _keep_one(gathering_id)]
    with unit_of_work() as session:
        reminded = remind_of_promises(session, at=clock.now())
    if done or reminded:
        queue.ring("mail")


def _keep_one(gathering_id: int) -> bool:
    try:
        with unit_of_work() as session:
            return keep(session, gathering_id, at=clock.now()) > 0
    except Stale:
        log.info("joint day %s was changed by somebody else; looked at again soon", gathering_id)
    except IntegrityError:
        log.exception("joint day %s cannot be looked after", gathering_id)
    return False
