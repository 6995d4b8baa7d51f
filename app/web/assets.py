"""Built front-end files: where each one is, and the icons drawn from them.

`npm run build` puts a hash of the content into every file name and writes `manifest.json`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, url_for
from markupsafe import Markup
from werkzeug.routing import BuildError

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


class UnknownAssetError(LookupError):
    """A template names a file that the front-end build did not write."""


@lru_cache(maxsize=2)
def _manifest(path: Path, _changed_ns: int) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def manifest(folder: Path = DIST) -> dict[str, str]:
    """Source name -> built name, read again when the build ran; empty before the first build."""
    path = folder / "manifest.json"
    try:
        return _manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


def built_name(name: str, folder: Path = DIST) -> str:
    """The hashed name of `name`, or `name` itself before the first build.

    Raises UnknownAssetError for a name the build does not know.
    """
    names = manifest(folder)
    if not names:
        return name
    if name not in names:
        raise UnknownAssetError(f"{name} was not built: run `npm run build`")
    return names[name]


def asset(name: str) -> str:
    """The address of a built file, such as `app.css`, looked up once per request."""
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if name not in known:
        known[name] = url_for("static", filename=f"dist/{built_name(name)}")
    return known[name]


def icon(name: str, label: str = "", size: str = "") -> Markup:
    """An icon of `frontend/icons.txt`; without a `label` it is hidden from screen readers.

    `size` is empty or `lg`.
    """
    return _drawn(f"{asset('icons.svg')}#{name}", label, "icon icon-lg" if size == "lg" else "icon")


@lru_cache(maxsize=1024, typed=True)  # text that is marked safe and text that is not stay apart
def _drawn(address: str, label: str, classes: str) -> Markup:
    if label:
        return Markup(
            '<svg class="{}" role="img" aria-label="{}" focusable="false">'
            '<use href="{}"></use></svg>'
        ).format(classes, label, address)
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>'
    ).format(classes, address)


def url_if(endpoint: str, **values: object) -> str | None:
    """The address of an endpoint, or None where this installation has no such page."""
    if endpoint not in current_app.view_functions:
        return None
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    except BuildError:
        return None


def hue(name: str, hues: int = 12) -> int:
    """A number in 0..hues-1 that stays the same for the same name, for colours without meaning."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(name)) % hues


def initials(name: str) -> str:
    """First letters of the first and last word of a name, in capitals; `?` for no name."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def set_up(app: Flask) -> None:
    """Give every template `asset`, `icon`, `url_if` and the filters `hue` and `initials`."""
    app.jinja_env.globals.update(asset=asset, icon=icon, url_if=url_if)
    app.jinja_env.filters.update(hue=hue, initials=initials)
