"""Before each request: recognise who is asking.

Flask-Login lends `current_user` to templates and extensions; who that is comes from our own
server-side session, found once per request, and what a visitor may do from app.web.guards.
"""

from __future__ import annotations

from flask import Flask, Request, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin

from app import clock
from app.database import reading, unit_of_work
from app.domain.roles import Actor
from app.people.queries import actors
from app.people.services import sessions
from app.web import guards


class SignedIn(UserMixin):
    """The actor of this request as Flask-Login wants to see a user."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """The person's id as text."""
        return str(self.actor.person_id)


def recognise() -> None:
    """Put the signed-in actor into the request; a worthless cookie is emptied."""
    g.actor = None
    if guards.is_cookieless(request.endpoint):
        return
    token = cookie.get("token")
    if not token:
        return
    now = clock.now()
    with reading() as session:
        found = actors.recognise(session, str(token), now=now)
    if found is None:
        cookie.clear()
        return
    if found.is_stale and request.blueprint not in guards.UNTIMED:
        # before anybody is known, or it would use up the key of a form
        with unit_of_work() as session:
            sessions.note_seen(session, found.actor.login, at=now)
    g.actor = found.actor


def set_up(app: Flask) -> None:
    """Run before every request, and lend `current_user`."""
    app.before_request(recognise)
    manager = LoginManager()
    manager.session_protection = None  # our sessions live on the server and carry their own epoch
    manager.request_loader(_user)
    manager.unauthorized_handler(guards.lead_to_sign_in)
    manager.init_app(app)
    # It reads the cookie after every answer, for a "remember me" that we do not offer; built files
    # and feeds would then be marked as if they differed by cookie.
    app.after_request_funcs[None].remove(manager._update_remember_cookie)  # noqa: SLF001


def _user(_request: Request) -> SignedIn | None:
    found: Actor | None = g.get("actor")
    return SignedIn(found) if found is not None else None
