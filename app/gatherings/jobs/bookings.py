"""The worker looks after seats: questions run out, people move up, minimums are looked at."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError

from app import clock, queue
from app.database import reading, unit_of_work
from app.domain.refusals import Stale
from app.gatherings.queries.bookings.due import due_for_keeping
from app.gatherings.services.bookings import keep

log = logging.getLogger("tandem")


def keep_bookings() -> None:
    """Do what is due for every gathering, each in a unit of work of its own; safe at any time.

    One gathering that cannot be kept never holds up the others.
    """
    now = clock.now()
    with reading() as session:
        due = due_for_keeping(session, at=now)
    changed = [gathering_id for gathering_id in due if _keep_one(gathering_id)]
    if changed:
        queue.ring("mail")


def _keep_one(gathering_id: int) -> bool:
    try:
        with unit_of_work() as session:
            return keep(session, gathering_id, at=clock.now()) > 0
    except Stale:
        log.info("gathering %s was changed by somebody else; looked at again soon", gathering_id)
    except IntegrityError:
        log.exception("gathering %s cannot go on by itself", gathering_id)
    return False
