"""Ask the provider for JSON, within limits of time and size; no redirects, no cookies, no proxy."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.wire import Timed, left

CONNECT_SECONDS = 4.0
TOTAL_SECONDS = 6.0
MAX_BYTES = 512 * 1024  # a thousand keys fit
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}


class NoAnswer(Exception):  # noqa: N818 - the caller makes a refusal of it
    """No JSON object came back; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The status and the JSON object that came with it."""

    status: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: a GET, or with `body` a POST. `seconds` is all the time there is."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    seconds: float = TOTAL_SECONDS


def is_usable(url: object) -> bool:
    """Whether this is an address of the provider: https, or http on this very machine."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_NAMES)


def ask(question: Question) -> Answer:
    """Send a question. Raises NoAnswer for everything that is not a JSON object."""
    if not is_usable(question.url):
        raise NoAnswer("its address is not https")
    try:
        status, body = _exchange(question)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswer(f"no JSON with status {status}") from None
    if not isinstance(content, dict):
        raise NoAnswer(f"no JSON object with status {status}")
    return Answer(status, content)


def _exchange(question: Question) -> tuple[int, bytes]:
    """Status and body. Raises OSError, HTTPException, ValueError."""
    until = time.monotonic() + question.seconds
    parts = urlsplit(question.url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.auto_open = 0  # it never connects by itself
    with _reach(parts.hostname or "", parts.port, until, encrypted=parts.scheme == "https") as wire:
        connection.sock = Timed(wire, until)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "application/json", "Connection": "close", **question.headers}
        method = "GET" if question.body is None else "POST"
        connection.request(method, target, question.body, headers)
        response = connection.getresponse()
        body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise ValueError("too large")
        return response.status, body


def _reach(host: str, port: int | None, until: float, *, encrypted: bool) -> socket.socket:
    """A connection, with the certificate checked. Raises OSError."""
    seconds = min(CONNECT_SECONDS, left(until))
    wire = socket.create_connection((host, port or (443 if encrypted else 80)), timeout=seconds)
    if not encrypted:
        return wire
    try:
        wire.settimeout(left(until))
        return ssl.create_default_context().wrap_socket(wire, server_hostname=host)
    except BaseException:
        wire.close()
        raise
