"""The floor: WSGI applications that answer a poll without deciding anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
HEADERS = [
    ("ETag", '"1"'),
    ("Last-Modified", "Mon, 23 Nov 2026 09:00:00 GMT"),
    ("Cache-Control", "private, no-cache"),
]


def create_app() -> Application:
    """Answer 304 to every condition, and the bytes of BARE_BODY to everybody else."""
    body = Path(os.environ["BARE_BODY"]).read_bytes()
    whole = [
        *HEADERS,
        ("Content-Type", "text/calendar; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ:
            start("304 Not Modified", HEADERS)
            return []
        start("200 OK", whole)
        return [body]

    return answer
