"""Addresses of this site: the numbers they may hold, and which of them can be opened."""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect, ValidationError

LARGEST_KEY = 2**31 - 1


class Number(IntegerConverter):
    """A whole number that can be a key; larger ones name nothing: 404.

    Databases refuse to look for more than their column holds, and Python to read more than 4,300
    digits.
    """

    regex = r"[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        """Read the number. Raises ValidationError for one that no key reaches."""
        number = int(value)
        if number > LARGEST_KEY:
            raise ValidationError
        return number


def set_up(app: Flask) -> None:
    """Read every `<int:…>` of a route this way; called before routes are registered."""
    app.url_map.converters["int"] = Number


def can_be_opened(path: str) -> bool:
    """Whether a browser that is led to `path` finds a page there; others only take forms."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method="GET")
    except RequestRedirect:  # a slash is missing at its end
        return True
    except HTTPException:
        return False
    return True


def nearest_page(path: str) -> str:
    """The first address above `path` that can be opened; the front page when none can."""
    while path := path.rpartition("/")[0]:
        if can_be_opened(path):
            return path
    return "/"
