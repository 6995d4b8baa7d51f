"""Pages that belong to no room: the sign of life, and in development the house style."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from app.web import guards

bp = Blueprint("web", __name__)


@bp.get("/healthz")
@guards.allow(guards.public)
def healthz() -> ResponseReturnValue:
    """Answer that the server is up, without asking the database."""
    return {"status": "ok"}


def set_up(app: Flask, *, development: bool) -> None:
    """Register the pages; the house style only in development."""
    app.register_blueprint(bp)
    if development:
        from app.web.style import bp as style  # noqa: PLC0415 - production never loads it

        app.register_blueprint(style)
