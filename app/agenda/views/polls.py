"""What a poll of a feed is answered with, and the short way there.

Thousands of programs ask every hour whether anything is new, and nearly always nothing is. Such a
poll is decided here, before anything that only pages need wakes up; everything else, wrong
addresses and feeds that must be written included, goes on to the view.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.http import http_date, is_resource_modified

import config
from app import clock
from app.agenda.queries import feeds
from app.agenda.queries.feeds import Followed
from app.calendars.writing.remembering import Remembered
from app.database import Unavailable, db, glancing
from app.domain.timespan import start_of
from app.web.headers import ALWAYS, TRANSPORT, is_our_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RENDERER = 1  # raised when the same data is written differently
ADDRESS = re.compile(r"/calendar/([A-Za-z0-9_-]{43})\.ics")
FOLLOWED = "tandem.followed"  # what the short way found out already
STEP_OF_USE = timedelta(hours=1)
SETTLED = timedelta(minutes=1)  # longer than a transaction lasts
SECOND = timedelta(seconds=1)
CALENDAR = "text/calendar; charset=utf-8"
PRIVATE = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}
bodies = Remembered()


@dataclass(frozen=True, slots=True)
class Poll:
    """The state of a feed as HTTP names it, and whether the asker lacks it."""

    tag: str
    modified: str
    is_news: bool

    @property
    def headers(self) -> dict[str, str]:
        """What stands on the answer, with a body or without."""
        return {
            **PRIVATE,
            "ETag": self.tag,
            "Last-Modified": self.modified,
            "Content-Disposition": 'inline; filename="tandem.ics"',
        }


def poll(followed: Followed, environ: dict[str, Any], *, base_url: str, now: datetime) -> Poll:
    """Compare what the asker has with the state of the feed; no body is needed for that.

    A new day moves what the feed shows, so it counts as a change for those who go by dates. Dates
    have seconds: while another change of the same second may be on its way, nobody is told the
    true one, and none is compared.
    """
    changed = max(followed.changed_at.replace(microsecond=0), _midnight(followed))
    is_settled = changed + SETTLED < now
    tag = f'"{followed.version}-{_renderer(base_url)}-{followed.locale}-{followed.today:%y%m%d}"'
    is_news = True
    if "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ:
        compared = changed if is_settled else None
        is_news = is_resource_modified(environ, etag=tag, last_modified=compared)
    return Poll(tag, http_date(changed if is_settled else changed - SECOND), is_news)


def use_is_due(followed: Followed, now: datetime) -> bool:
    """Whether it is time to note that the link is in use."""
    return followed.used_at is None or followed.used_at <= now - STEP_OF_USE


class ShortWay:
    """Answers polls that need no body or one that is remembered, and passes everything else on."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        settings: config.Settings = app.extensions["settings"]
        self._inner = inner
        self._settings = settings
        with app.app_context():
            self._engine = db.engine
        others = {**ALWAYS, **(TRANSPORT if settings.is_https else {})}
        self._fixed = [item for item in others.items() if item[0] not in PRIVATE]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        asked = ADDRESS.fullmatch(environ["PATH_INFO"])
        if (
            asked is None
            or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or not is_our_host(environ.get("HTTP_HOST", ""), self._settings.host)
        ):
            return self._inner(environ, start)
        now = clock.now()
        try:
            with glancing(self._engine) as connection:
                followed = feeds.followed(connection, asked[1], at=now)
        except Unavailable:  # the view meets it again and says so as everywhere
            followed = None
        environ[FOLLOWED] = followed
        if followed is None or use_is_due(followed, now):
            return self._inner(environ, start)
        return self._answer(followed, now, environ, start)

    def _answer(
        self, followed: Followed, now: datetime, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        found = poll(followed, environ, base_url=self._settings.base_url, now=now)
        headers = [*found.headers.items(), *self._fixed]
        if not found.is_news:
            start("304 NOT MODIFIED", headers)
            return []
        body = bodies.get((followed.hashed, found.tag))
        if body is None:
            return self._inner(environ, start)
        headers += [("Content-Type", CALENDAR), ("Content-Length", str(len(body)))]
        start("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def set_up(app: Flask) -> None:
    """Open the short way in front of everything else."""
    app.wsgi_app = ShortWay(app, app.wsgi_app)  # type: ignore[method-assign,assignment]


def _midnight(followed: Followed) -> datetime:
    return _start_of(followed.today, followed.zone)


@lru_cache(maxsize=256)
def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return start_of(day, zone)


@lru_cache(maxsize=8)
def _renderer(base_url: str) -> str:
    return f"{RENDERER}{hashlib.sha256(base_url.encode()).hexdigest()[:6]}"
