"""Before each request: recognise who is asking."""

from __future__ import annotations

from flask import Flask, g, request
from flask import session as cookie

from app import clock
from app.database import reading, unit_of_work
from app.people.queries import actors
from app.people.services import sessions


def recognise() -> None:
    """Put the signed-in actor into the request; a worthless cookie is emptied."""
    g.actor = None
    token = cookie.get("token")
    if not token or (request.endpoint or "").rpartition(".")[2] in {"static", "healthz"}:
        return
    now = clock.now()
    with reading() as session:
        found = actors.recognise(session, str(token), now=now)
    if found is None:
        cookie.clear()
        return
    g.actor = found.actor
    if found.is_stale:
        with unit_of_work() as session:
            sessions.note_seen(session, found.actor.login, at=now)


def set_up(app: Flask) -> None:
    """Run before every request."""
    app.before_request(recognise)
