"""The worker looks after stays: begins and ends them, asks and reminds."""

from __future__ import annotations

import logging

from sqlalchemy.exc import IntegrityError

from app import clock, queue
from app.database import reading, unit_of_work
from app.domain.refusals import Stale
from app.rotations.queries.stays import find
from app.rotations.queries.stays.due import due_for_keeping
from app.rotations.services.stays.keeping import keep

log = logging.getLogger("tandem")


def keep_stays() -> None:
    """Do what is due for every stay, each in a unit of work of its own.

    One stay that cannot be kept never holds up the others.
    """
    now = clock.now()
    with reading() as session:
        due = due_for_keeping(session, today=now.date())
    kept = [stay_id for stay_id in due if _keep_one(stay_id)]
    if kept:
        queue.ring("mail")


def _keep_one(stay_id: int) -> bool:
    try:
        with unit_of_work() as session:
            stay = find(session, stay_id)
            return stay is not None and keep(session, stay, at=clock.now())
    except Stale:
        log.info("stay %s was changed by somebody else; the next round looks again", stay_id)
    except IntegrityError:
        log.exception("stay %s cannot go on by itself", stay_id)
    return False
