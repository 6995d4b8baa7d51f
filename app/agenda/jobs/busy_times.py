"""The worker looks at people's outside calendars, each in its own unit of work."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import current_app

import config
from app import clock
from app.agenda.services import busy_sources as services
from app.agenda.services.busy_sources import ENTER_AGAIN, Due
from app.calendars.addresses import UnusableAddress
from app.calendars.fetching import (
    Fetched,
    NoCalendar,
    NotReachable,
    Request,
    TooLarge,
    fetch,
)
from app.calendars.reading.asking import ask_one
from app.calendars.reading.series import usual_window
from app.calendars.reading.wire import Question
from app.database import unit_of_work
from app.domain.looking_again import look_again_at

_LUCK = 1000


def refresh_due() -> None:
    """Forget what is over, and look at every address that is due.

    Safe to run at any time and by several workers. Nothing is locked while a server is asked or
    a calendar is read.
    """
    settings: config.Settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        services.forget_past(session, at=clock.now())
        due = services.claim_due(session, secret=settings.secret_key, at=clock.now())
    for one in due:
        _refresh(one, settings)


def _refresh(due: Due, settings: config.Settings) -> None:
    if due.url is None:
        _fail(due, ENTER_AGAIN)
        return
    request = Request(
        due.url,
        agent=f"Tandem (+{settings.base_url})",
        validators=due.validators,
        is_http_allowed=settings.http_calendars,
    )
    try:
        fetched = fetch(request)
    except (UnusableAddress, NotReachable, TooLarge, NoCalendar) as refusal:
        _fail(due, refusal.msgid)
        return
    _take(due, fetched)


def _take(due: Due, fetched: Fetched) -> None:
    now = clock.now()
    if fetched.data is None:
        with unit_of_work() as session:
            services.note_unchanged(session, due.source_id, at=now, next_at=_next(now))
        return
    window = usual_window(now)
    reading = ask_one(Question(fetched.data, due.zone, window))
    if reading.refused is not None:
        _fail(due, reading.refused)
        return
    found = services.taken(
        reading,
        due.zone,
        all_day_counts=due.all_day_counts,
        known_until=window.end,
        validators=fetched.validators,
    )
    with unit_of_work() as session:
        services.take_in(session, due.source_id, found, at=now, next_at=_next(now))


def _fail(due: Due, problem: str) -> None:
    now = clock.now()
    with unit_of_work() as session:
        services.note_failure(
            session, due.source_id, problem, at=now, next_at=_next(now, due.failures + 1)
        )


def _next(now: datetime, failures: int = 0) -> datetime:
    return look_again_at(now, failures=failures, luck=secrets.randbelow(_LUCK) / _LUCK)
