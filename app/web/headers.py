"""Security headers on every answer, and the one host name this program answers to."""

from __future__ import annotations

import secrets

from flask import Flask, Response, abort, g, request

from app.web.guards import is_cookieless, visitor

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def set_up(app: Flask, *, host: str, https: bool) -> None:
    """Register the checks before and the headers after each request.

    `host` is host[:port] of the configured address. On a local address every local name is good.
    """
    app.before_request(lambda: check_origin(host))
    app.after_request(lambda response: add_headers(response, https=https))


def check_origin(host: str) -> None:
    """Answer 400 to a foreign host name and to changes that another site sends."""
    g.request_number = secrets.token_hex(4)
    if not is_our_host(request.host, host):
        abort(400)
    if request.method in UNSAFE and _comes_from_elsewhere():
        abort(400)


def add_headers(response: Response, *, https: bool) -> Response:
    """Security headers on everything; signed-in pages are never stored by caches."""
    for header, value in ALWAYS.items():
        if header not in response.headers:  # setdefault() makes a whole collection each time
            response.headers.add(header, value)
    if https:
        response.headers.update(TRANSPORT)
    if request.endpoint != "web.healthz" and is_cookieless(request.endpoint):
        return response
    response.headers.add("Vary", "Cookie")
    if visitor() is not None or "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def is_our_host(asked: str, host: str) -> bool:
    """Whether `asked` is host[:port] of the configured address; locally any local name is."""
    return asked == host or (_is_local(asked) and _is_local(host))


def _is_local(host: str) -> bool:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOCAL_NAMES


def _comes_from_elsewhere() -> bool:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")
