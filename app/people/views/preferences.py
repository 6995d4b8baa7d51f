"""Language and appearance, for visitors in a cookie, for people in their record."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from app.database import unit_of_work
from app.people.services import preferences
from app.web.guards import allow, public, visitor
from app.web.locale import LOCALES
from app.web.paths import local_path

bp = Blueprint("preferences", __name__)
ONE_YEAR = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")


@bp.post("/preferences/locale")
@allow(public)
def choose_locale() -> ResponseReturnValue:
    """Show pages in another language; empty: as the browser asks."""
    locale, person = request.form.get("locale", ""), visitor()
    if locale not in {"", *LOCALES}:
        abort(422)
    if person is not None:
        with unit_of_work() as session:
            preferences.choose_locale(session, person.person_id, locale or None)
    return _remembered("locale", locale)


@bp.post("/preferences/theme")
@allow(public)
def choose_theme() -> ResponseReturnValue:
    """Light, dark, or like the system."""
    theme, person = request.form.get("theme", ""), visitor()
    if theme not in THEMES:
        abort(422)
    if person is not None:
        with unit_of_work() as session:
            preferences.choose_theme(session, person.person_id, theme)
    return _remembered("theme", theme)


def _remembered(name: str, value: str) -> ResponseReturnValue:
    """Back to where the choice was made; the cookie also serves the pages before signing in."""
    answer = redirect(_back(), 303)
    answer.set_cookie(
        name,
        value,
        max_age=ONE_YEAR,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _back() -> str:
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return "/"
    query = f"?{came_from.query}" if came_from.query else ""
    return local_path(came_from.path + query)
