"""After sessions: writes certificates, says when one runs out, forgets who gave feedback."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

import config
from app import clock
from app.database import reading, unit_of_work
from app.gatherings.jobs.certificate_pdf import Texts, written
from app.gatherings.queries import certificates as queries
from app.gatherings.services import certificates as services
from app.gatherings.services import feedback
from app.queue import ring

AT_ONCE = 50  # certificates of one round, so that a large course does not hold up everything else


def write_due() -> None:
    """Write what has no file yet, and remind of what runs out; safe at any time."""
    settings: config.Settings = current_app.extensions["settings"]
    now = clock.now()
    with reading() as session:
        waiting = queries.unwritten(session, limit=AT_ONCE)
        texts = [(row.id, Texts.of(row, settings.base_url)) for row in waiting]
    for key, text in texts:
        content = written(text)
        with unit_of_work() as session:
            services.store(session, key, content)
    with unit_of_work() as session:
        feedback.forget_who_spoke(session, at=now)
    with unit_of_work() as session:
        reminded = services.remind(session, until=now.date() + timedelta(days=60), at=now)
    if reminded:
        ring("mail")
