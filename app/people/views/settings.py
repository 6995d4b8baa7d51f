"""What the program runs with, to read: for administrators."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _

import config
from app.people.models import LinkPurpose
from app.people.queries.actors import IDLE_LIMIT
from app.people.services import passwords, throttle
from app.people.services.links import LIFETIMES
from app.people.services.password_rules import LONGEST, SHORTEST, known
from app.people.services.sessions import ABSOLUTE_LIMIT
from app.web.guards import administrator, allow

bp = Blueprint("settings", __name__, url_prefix="/settings")
Pairs = list[tuple[str, str]]


@bp.get("")
@allow(administrator)
def index() -> ResponseReturnValue:
    """The effective configuration; secrets are left out."""
    settings: config.Settings = current_app.extensions["settings"]
    return render_template(
        "settings/index.html", server=_server(settings), mail=_mail(settings), access=_access()
    )


def without_secrets(address: str) -> str:
    """An address without user name, password and query."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _server(settings: config.Settings) -> Pairs:
    yes_or_no = {True: _("yes"), False: _("no")}
    return [
        (_("Address people use"), settings.base_url),
        (_("Production"), yes_or_no[settings.production]),
        (_("Demo company allowed"), yes_or_no[settings.demo_allowed]),
        (_("Database"), without_secrets(settings.database_url)),
        (_("Queue"), without_secrets(settings.queue_url)),
        (_("Folder of this instance"), str(settings.instance)),
        (_("Trusted proxies"), str(settings.trusted_proxies)),
        (_("Flask"), version("flask")),
    ]


def _mail(settings: config.Settings) -> Pairs:
    nowhere = _("none: mails are kept on the page “Outbox” and shown on the console")
    return [
        (_("Mail server"), without_secrets(settings.mail_url) if settings.mail_url else nowhere),
        (_("Sender"), settings.mail_from),
    ]


def _access() -> Pairs:
    hasher = passwords.HASHER
    return [
        (
            _("Passwords"),
            _(
                "%(least)s to %(most)s characters, not one of %(known)s known ones",
                least=SHORTEST,
                most=LONGEST,
                known=len(known()),
            ),
        ),
        (
            _("Stored as"),
            f"Argon2id, {hasher.time_cost} × {hasher.memory_cost // 1024} MiB",
        ),
        (
            _("Failed tries until a pause of %(pause)s", pause=_span(throttle.WINDOW)),
            _(
                "%(account)s for an account, %(address)s for an address",
                account=throttle.TRIES_PER_ACCOUNT,
                address=throttle.TRIES_PER_ADDRESS,
            ),
        ),
        (_("A session ends unused after"), _span(IDLE_LIMIT)),
        (_("A session ends in any case after"), _span(ABSOLUTE_LIMIT)),
        (_("An invitation works for"), _span(LIFETIMES[LinkPurpose.INVITATION])),
        (_("A reset link works for"), _span(LIFETIMES[LinkPurpose.RESET])),
    ]


def _span(span: timedelta) -> str:
    unit = "hour" if timedelta(hours=1) <= span <= timedelta(hours=72) else "day"
    granularity = unit if span >= timedelta(hours=1) else "minute"
    return str(format_timedelta(span, granularity=granularity, threshold=1e9))
