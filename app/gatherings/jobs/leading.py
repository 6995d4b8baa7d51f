"""The worker looks after who leads: whoever has left the company leads nothing any more."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError

from app import clock, queue
from app.database import reading, unit_of_work
from app.domain.refusals import Stale
from app.gatherings.queries.planning.leavers import led_by_leavers
from app.gatherings.services.planning.leaving import free_of_leavers

log = logging.getLogger("tandem")


def free_sessions() -> None:
    """Free every session of leavers, each in a unit of work of its own; safe at any time."""
    with reading() as session:
        due = led_by_leavers(session, at=clock.now())
    if [gathering_id for gathering_id in due if _free_one(gathering_id)]:
        queue.ring("mail")


def _free_one(gathering_id: int) -> bool:
    try:
        with unit_of_work() as session:
            return free_of_leavers(session, gathering_id, at=clock.now()) > 0
    except Stale:
        log.info("session %s was changed by somebody else; looked at again soon", gathering_id)
    except IntegrityError:
        log.exception("session %s cannot be freed of who has left", gathering_id)
    return False
