"""Tandem: rotations, trainings, field trips and honest feedback between departments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    import config

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
# All of our pages and forms ask more different questions than the 500 that are kept by default.
STATEMENTS = 2000


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the app; the only place that knows every room.

    Raises UndeclaredRouteError when a route has no access policy, and ConfigurationError for
    settings that cannot work. What it needs is loaded here, so that the engines in this package
    start without the web and the database.
    """
    from flask import Flask  # noqa: PLC0415
    from flask_migrate import Migrate  # noqa: PLC0415
    from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415

    import config  # noqa: PLC0415
    from app import queue  # noqa: PLC0415
    from app.database import db  # noqa: PLC0415

    chosen = settings or config.settings()
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), instance_path=str(chosen.instance)
    )
    app.config.update(_flask_config(chosen))
    app.extensions["settings"] = chosen
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    queue.set_up(app, url=chosen.queue_url, secret=chosen.secret_key)
    _open_the_doors(app, chosen)
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _flask_config(chosen: config.Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": chosen.secret_key,
        "SQLALCHEMY_DATABASE_URI": chosen.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(chosen.database_url),
        "MAX_CONTENT_LENGTH": 3 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE // 2,
        "MAX_FORM_PARTS": 1000,
        "WTF_CSRF_TIME_LIMIT": None,  # a form left open over lunch still works
        "SESSION_COOKIE_NAME": "__Host-session" if chosen.is_https else "session",
        "SESSION_COOKIE_SECURE": chosen.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Berlin",
        "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,  # built files carry a hash in their name
    }


def _engine_options(url: str) -> dict[str, object]:
    """Errors carry no values: they stand in logs, which outlive what they would name."""
    from app.database import json_text  # noqa: PLC0415

    shared = {
        "json_serializer": json_text,
        "hide_parameters": True,
        "query_cache_size": STATEMENTS,
    }
    if url.startswith("sqlite"):
        return {**shared, "connect_args": {"timeout": 10}}
    pool = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True, "pool_timeout": 10}
    return {**shared, **pool}


def _open_the_doors(app: Flask, chosen: config.Settings) -> None:
    from flask_wtf import CSRFProtect  # noqa: PLC0415

    from app import cli, tables  # noqa: PLC0415 - rooms are loaded once the app exists
    from app.agenda.views import polls  # noqa: PLC0415
    from app.health.queries import actions, planned_dates  # noqa: PLC0415
    from app.pages import BLUEPRINTS  # noqa: PLC0415
    from app.people.views import door, ways_in  # noqa: PLC0415
    from app.rotations.queries import acquaintances, action_starts  # noqa: PLC0415
    from app.rotations.services import action_starts as starting_placements  # noqa: PLC0415
    from app.web import (  # noqa: PLC0415
        addresses,
        assets,
        guards,
        headers,
        locale,
        navigation,
        once,
        problems,
        views,
    )

    addresses.set_up(app)
    app.extensions["tables"] = tables.ROOMS  # every table is known before the first query
    acquaintances.set_up()
    actions.set_up()
    planned_dates.set_up()
    action_starts.set_up()
    starting_placements.set_up()
    headers.set_up(app, host=chosen.host, https=chosen.is_https)
    door.set_up(app)
    ways_in.set_up(app, chosen)
    app.before_request(guards.at_the_door)
    CSRFProtect(app)
    locale.set_up(app)
    assets.set_up(app)
    once.set_up(app)
    navigation.set_up(app)
    problems.set_up(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    views.set_up(app, development=not chosen.production)
    cli.set_up(app)
    guards.refuse_undeclared(app)
    polls.set_up(app)
