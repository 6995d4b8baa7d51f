"""Each form is carried out once (I12): its request key is written in the change's own transaction.

A second arrival of the same key, be it a double click or the back button, changes nothing and is
led to where the first one went. Only a form that led somewhere keeps its key: one that was refused
may be corrected and sent again, and one that answers with a file may be asked twice.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import datetime

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, database
from app.database import Base, insert_unless_known, unit_of_work
from app.web.addresses import nearest_page
from app.web.guards import UNTIMED, visitor

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
FAULT, LED = 500, {302, 303}
log = logging.getLogger("tandem")


class Repeated(Exception):  # noqa: N818 - an answer, not a fault
    """This form was already carried out; `location` is where it led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def new_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(18)


def claim(session: Session) -> None:
    """First act of every unit of work in a request: write the form's key, or raise Repeated.

    One statement; one more for a repeated form. A twin under way is waited for.
    """
    mine = _key_of_this_form()
    if mine is None:
        return
    table = Base.metadata.tables["request_key"]
    row = {"actor_id": mine[0], "key": mine[1], "at": clock.now(), "location": None}
    if insert_unless_known(session, table, row):
        g.claimed = mine
        return
    if g.get("claimed") == mine:  # by an earlier unit of work of this request
        return
    known = select(table.c.location).where(table.c.actor_id == mine[0], table.c.key == mine[1])
    before = session.execute(known).scalar_one_or_none()
    g.claimed = None
    raise Repeated(before or nearest_page(request.path))


def _key_of_this_form() -> tuple[int, str] | None:
    """Who sent the form and its key; None where nothing is to be claimed."""
    if not has_request_context() or request.method != "POST" or g.get("noting"):
        return None
    if request.blueprint in UNTIMED:  # a key is stored with its time; ballots have their own mark
        return None
    key, person = request.form.get("request_key", ""), visitor()
    return (person.person_id, key) if person is not None and KEY.fullmatch(key) else None


def remember(response: Response) -> Response:
    """After the request: note where a carried-out form led, or give the key of another free.

    Nothing is noted of a form that led to the page above its address, as to the session from
    booking it: a repeated one finds the way there by itself. The change itself is stored by now,
    so a fault here is written down and not shown.
    """
    if not g.get("claimed") or response.status_code >= FAULT or _led_up(response):
        return response
    g.noting = True
    try:
        _note(g.claimed, response)
    except SQLAlchemyError:
        log.exception("could not note where a form led")
    return response


def _led_up(response: Response) -> bool:
    led = response.status_code in LED
    return led and response.headers.get("Location") == nearest_page(request.path)


def _note(claimed: tuple[int, str], response: Response) -> None:
    table = Base.metadata.tables["request_key"]
    mine = (table.c.actor_id == claimed[0], table.c.key == claimed[1])
    location = response.headers.get("Location", "/")[:500]
    with unit_of_work() as session:
        if response.status_code in LED:
            session.execute(update(table).where(*mine).values(location=location))
        else:
            session.execute(delete(table).where(*mine))


def forget_old(session: Session, *, before: datetime) -> None:
    """Drop keys written before an instant; a form older than that is opened anew anyway."""
    table = Base.metadata.tables["request_key"]
    session.execute(delete(table).where(table.c.at < before))


def set_up(app: Flask) -> None:
    """Hook the key into units of work and forms."""
    if claim not in database.at_start:
        database.at_start.append(claim)
    app.after_request(remember)
    app.jinja_env.globals["new_request_key"] = new_key
