"""Errors people see: one page per status, the same tone, and never a trace."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.domain.refusals import Refusal
from app.web.addresses import can_be_opened
from app.web.once import Repeated

PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}
FULL = ("disk is full", "readonly", "read-only", "disk I/O", "No space left")
OUT_OF_PATIENCE = ("database is locked", "lock timeout")  # of SQLite and of PostgreSQL
LOST_RACES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock
log = logging.getLogger("tandem")


def page(status: int, **values: Any) -> tuple[str, int]:
    """The error page of a status; `values` may carry a `message` for the reader."""
    known = status if status in PAGES else 500
    return render_template(f"problems/{known}.html", status=status, **values), status


def translated(refusal: Refusal) -> str:
    """A refusal in the reader's language."""
    return str(gettext(refusal.msgid, **refusal.values))


def refused(refusal: Refusal) -> ResponseReturnValue:
    """A rule said no and no form caught it: say it where the person came from, or on a page."""
    back = request.referrer
    if request.method == "POST" and back and _is_page_of_ours(back):
        flash(translated(refusal), "danger")
        return redirect(back)
    return page(refusal.status, message=translated(refusal))


def _is_page_of_ours(address: str) -> bool:
    """Not another site's, and not one that only takes forms, as after a form with an error."""
    ours = request.host_url
    return address.startswith(ours) and can_be_opened(urlsplit(address).path)


def repeated(again: Repeated) -> ResponseReturnValue:
    """The same form arrived twice: lead to what the first one did."""
    flash(gettext("This was already done; nothing was done twice."), "info")
    return redirect(again.location)


def outrun(_error: IntegrityError | StaleDataError | OperationalError) -> ResponseReturnValue:
    """Somebody was faster; nothing of this request was stored."""
    log.info("lost race", extra={"endpoint": request.endpoint}, exc_info=_error)
    return page(409, message=gettext("Someone was faster. Nothing was changed; please look again."))


def database_trouble(error: OperationalError) -> ResponseReturnValue:
    """The database cannot write or be reached: say so plainly, a retry may help."""
    if getattr(error.orig, "sqlstate", None) in LOST_RACES:
        return outrun(error)
    text = str(error.orig)
    log.error("database trouble: %s", text, exc_info=error)
    body, status = page(503, message=_sentence_about(text))
    return body, status, {"Retry-After": "10"}


def _sentence_about(trouble: str) -> str:
    if any(word in trouble for word in OUT_OF_PATIENCE):
        return str(
            gettext(
                "Too many others are saving something at this moment, so nothing was saved."
                " Please try again shortly."
            )
        )
    if any(word in trouble for word in FULL):
        return str(
            gettext(
                "Nothing can be saved: the storage is full or read-only."
                " Please tell your administrator."
            )
        )
    return str(gettext("The database cannot be reached at the moment. Please try again shortly."))


def http_problem(error: HTTPException) -> ResponseReturnValue:
    """Every status Werkzeug raises, on our page and with its own headers."""
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are no problem
        return error.get_response()
    made = page(error.code)
    headers = [
        (k, v) for k, v in error.get_headers() if k not in {"Content-Type", "Content-Length"}
    ]
    return (*made, headers)


def csrf_problem(_error: CSRFError) -> ResponseReturnValue:
    """The form was opened in another session, or does not come from this site."""
    return page(
        400, message=gettext("This form is no longer valid. Please open the page again and resend.")
    )


def bug(error: Exception) -> ResponseReturnValue:
    """A fault of ours: log it with a number the reader can name."""
    number = g.get("request_number", "-")
    log.error("request %s failed", number, exc_info=error)
    return page(500, number=number)


def set_up(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(Repeated, repeated)
    app.register_error_handler(IntegrityError, outrun)
    app.register_error_handler(StaleDataError, outrun)
    app.register_error_handler(OperationalError, database_trouble)
    app.register_error_handler(CSRFError, csrf_problem)
    app.register_error_handler(HTTPException, http_problem)
    if not app.testing and not app.debug:
        app.register_error_handler(Exception, bug)
