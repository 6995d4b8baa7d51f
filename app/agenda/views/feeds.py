"""Feeds that other calendars poll, and files they open once."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

import config
from app import clock
from app.agenda import ical
from app.agenda.ical import Reading
from app.agenda.models import FeedKind, FeedVariant
from app.agenda.queries import entries as queries
from app.agenda.queries import feeds
from app.agenda.queries.entries import Held
from app.agenda.queries.feeds import Followed
from app.agenda.services.feeds import note_used
from app.agenda.views.polls import CALENDAR, FOLLOWED, PRIVATE, bodies, poll, use_is_due
from app.calendars.writing import Head
from app.calendars.writing import download as written_download
from app.calendars.writing import feed as written_feed
from app.database import UnitOfWork, glancing, reading, unit_of_work
from app.domain.timespan import start_of
from app.people.services import throttle
from app.web.guards import actor, allow, require, secret_link, signed_in
from app.web.locale import chosen_locale

bp = Blueprint("feeds", __name__)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@bp.get("/calendar/<token>.ics")
@allow(secret_link, scoped=True)
def feed(token: str) -> ResponseReturnValue:
    """A person's or a team's calendar for whoever holds its secret address.

    A poll that finds nothing new costs one statement (three for a team) and builds no body.
    """
    now = clock.now()
    if TOKEN.fullmatch(token) is None:
        return _unknown()
    followed = request.environ.get(FOLLOWED)
    if followed is None:
        with glancing() as connection:
            followed = feeds.followed(connection, token, at=now)
    if followed is None:
        return _wrong(now)
    if use_is_due(followed, now):
        with unit_of_work() as session:
            note_used(session, followed.link_id, at=now)
    return _answer(followed, now)


@bp.get("/events/<int:commitment_id>/calendar.ics")
@allow(signed_in, scoped=True)
def download(commitment_id: int) -> ResponseReturnValue:
    """One thing of the visitor's own, all its meetings, as a file."""
    with reading() as session:
        return _file(queries.of_one_thing(session, commitment_id, actor.person_id))


@bp.get("/events/calendar.ics")
@allow(signed_in, scoped=True)
def download_of_page() -> ResponseReturnValue:
    """The same, found by the address of its page (`page`), so that any page can offer it."""
    path = request.args.get("page", "")
    require(path.isprintable())  # no page has another address, and no database takes a zero byte
    with reading() as session:
        return _file(queries.on_page(session, actor.person_id, path))


def _file(held: list[Held]) -> Response:
    if not held:
        abort(404)
    how = Reading(_settings().base_url)
    head = Head(language=chosen_locale(), zone=actor.zone.key)
    response = Response(written_download(head, [ical.entry_of(one, how) for one in held]))
    response.headers["Content-Type"] = CALENDAR
    response.headers.set("Content-Disposition", "attachment", filename="tandem.ics")
    return response


def _answer(followed: Followed, now: datetime) -> Response:
    found = poll(followed, request.environ, base_url=_settings().base_url, now=now)
    if not found.is_news:
        unchanged = Response(status=304, headers=found.headers)
        del unchanged.headers["Content-Type"]
        return unchanged
    return Response(_body(followed, found.tag), 200, found.headers, content_type=CALENDAR)


def _body(followed: Followed, tag: str) -> bytes:
    """The calendar; who asks again for the same state gets the same bytes."""
    state = (followed.hashed, tag)
    body = bodies.get(state)
    if body is None:
        with reading() as session, force_locale(followed.locale):
            body = _written(session, followed)
        bodies.keep(state, body)
    return body


def _written(session: UnitOfWork, followed: Followed) -> bytes:
    span = queries.window(followed.today, followed.zone)
    midnight = start_of(followed.today, followed.zone)
    how = Reading(_settings().base_url, followed.variant, followed.names)
    if followed.team_id is None:
        held = queries.entries_of(session, followed.person_id, span, now=midnight)
        entries = ical.own_entries(held, how)
    else:
        held = queries.team_entries(session, followed.team_id, span, now=midnight)
        entries = ical.team_entries(held, how)
    return written_feed(Head(followed.locale, followed.zone.key, name=_name(followed)), entries)


def _name(followed: Followed) -> str:
    if followed.kind is FeedKind.TEAM:
        return str(gettext("Tandem: %(team)s", team=followed.title))
    if followed.variant is FeedVariant.BUSY:
        return str(gettext("Tandem (busy times)"))
    return "Tandem"


def _wrong(now: datetime) -> ResponseReturnValue:
    """Count a wrong secret by network address; valid links of the same office go on working."""
    _, counter = throttle.counters(
        "calendar",
        name="",
        address=request.remote_addr or "",
        secret=str(current_app.config["SECRET_KEY"]),
    )
    with unit_of_work() as session:
        locked_until = throttle.count_try(session, counter, at=now)
    if locked_until is None:
        return _unknown()
    wait = str(max(1, int((locked_until - now).total_seconds())))
    return Response("Too many requests\n", 429, {**PRIVATE, "Retry-After": wait}, "text/plain")


def _unknown() -> Response:
    """Wrong, revoked and malformed look alike, to everybody."""
    return Response("Not found\n", 404, PRIVATE, "text/plain")


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["settings"]
    return settings
