"""The worker looks after waves: opens, reminds, closes and cleans up, each on its day.

Every step may be killed and is begun anew on the next round. A close is one transaction under a
lease; the key and the files come after it, until they are done.
"""

from __future__ import annotations

import logging
from random import SystemRandom

from flask import current_app
from sqlalchemy.exc import OperationalError

import config
from app import clock, queue
from app.database import db, reading, unit_of_work
from app.domain.refusals import Refusal
from app.surveys.jobs import letters
from app.surveys.queries import waves as queries
from app.surveys.services import closing, leasing, reminding
from app.surveys.services.cleaning import note_cleaned, rewrite_files
from app.surveys.services.closing import Opening
from app.surveys.services.keys import KeyFolder, KeyIsMissingError
from app.surveys.services.opening import Hands, open_wave

log = logging.getLogger("tandem")


def look_after() -> None:
    """Do what is due for every wave; safe to run at any time."""
    with reading() as session:
        today = queries.today(session, clock.now())
        due = queries.due(session, today=today)
    told = [wave_id for wave_id in due.opens if _open(wave_id)]
    told += [wave_id for wave_id in due.reminds if _remind(wave_id)]
    closed = [wave_id for wave_id in due.closes if _close(wave_id)]
    if told:
        queue.ring("mail")
    if closed:
        queue.ring("health")
    if closed or due.cleans:
        clean([*closed, *due.cleans])


def keys() -> KeyFolder:
    """Where this instance keeps the keys of open waves."""
    settings: config.Settings = current_app.extensions["settings"]
    return KeyFolder(settings.survey_keys)


def _open(wave_id: int) -> bool:
    try:
        with unit_of_work() as session:
            wave = queries.find_locked(session, wave_id)
            if wave is None:
                return False
            now = clock.now()
            open_wave(session, wave, Hands(keys()), today=queries.today(session, now), at=now)
    except Refusal as refusal:
        log.warning("wave %s cannot open: %s", wave_id, refusal)
        return False
    return True


def _remind(wave_id: int) -> bool:
    """Remind those who are not done, on the days of the wave; nobody ever sees whom."""
    now = clock.now()
    with unit_of_work() as session:
        wave = queries.find_locked(session, wave_id)
        if wave is None:
            return False
        people = reminding.due(session, wave, today=queries.today(session, now))
        if people:
            letters.remind(session, wave, people, at=now)
        return bool(people)


def _close(wave_id: int) -> bool:
    with unit_of_work() as session:
        if not leasing.claim(session, wave_id, at=clock.now()):
            return False
    held = keys()
    try:
        _open_and_store(wave_id, held)
    except Refusal as refusal:
        log.info("wave %s: %s", wave_id, refusal)
        return False
    except KeyIsMissingError:
        log.exception("wave %s cannot be closed on this host: its key is not here", wave_id)
        return False
    return True


def _open_and_store(wave_id: int, held: KeyFolder) -> None:
    """The boxes are opened before the transaction, so that others wait for the shortest time."""
    with reading() as session:
        known = closing.read_boxes(session, wave_id, held)
    with unit_of_work() as session:
        opening = Opening(held, SystemRandom(), known)
        closing.close_wave(session, wave_id, at=clock.now(), opening=opening)


def clean(wave_ids: list[int]) -> None:
    """Destroy keys nobody needs and rewrite the files; what fails is done on the next round."""
    with reading() as session:
        needed = queries.with_boxes(session)
    db.session.remove()  # SQLite is rewritten only where nobody is in the middle of anything
    keys().destroy_all_but(needed)
    try:
        done = rewrite_files(db.engine)
    except OperationalError as busy:
        log.warning("the files could not be rewritten yet: %s", busy)
        return
    if done:
        with unit_of_work() as session:
            note_cleaned(session, wave_ids)
