"""Each form is carried out once (I12): its request key is written in the change's own transaction.

A second arrival of the same key, be it a double click or the back button, changes nothing and is
led to where the first one went.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock, database
from app.database import Base, unit_of_work
from app.web.guards import visitor

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Repeated(Exception):  # noqa: N818 - an answer, not a fault
    """This form was already carried out; `location` is where it led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def new_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(18)


def claim(session: Session) -> None:
    """First act of every unit of work in a request: write the form's key, or raise Repeated."""
    if not has_request_context() or request.method != "POST" or g.get("claimed"):
        return
    key, person = request.form.get("request_key", ""), visitor()
    if person is None or not KEY.fullmatch(key):
        return
    g.claimed = (person.person_id, key)
    table = Base.metadata.tables["request_key"]
    row = {"actor_id": person.person_id, "key": key, "at": clock.now(), "location": None}
    known = select(table.c.location).where(table.c.actor_id == person.person_id, table.c.key == key)
    before = session.execute(known).one_or_none()
    if before is None:
        try:
            session.execute(insert(table).values(row))
        except IntegrityError:  # its twin was written between our look and our write
            session.rollback()
            before = session.execute(known).one_or_none()
        else:
            return
    g.claimed = None
    location = before[0] if before else None
    raise Repeated(location or request.path.rpartition("/")[0] or "/")


def remember(response: Response) -> Response:
    """After the request: note where a carried-out form led, for a later repeat."""
    claimed = g.get("claimed")
    if not claimed or response.status_code not in {302, 303}:
        return response
    table = Base.metadata.tables["request_key"]
    with unit_of_work() as session:  # still claimed, so this unit does not ask again
        session.execute(
            update(table)
            .where(table.c.actor_id == claimed[0], table.c.key == claimed[1])
            .values(location=response.headers.get("Location", "/")[:500])
        )
    return response


def forget_old(session: Session, *, before: object) -> None:
    """Drop keys written before an instant; a form older than that is opened anew anyway."""
    table = Base.metadata.tables["request_key"]
    session.execute(delete(table).where(table.c.at < before))


def set_up(app: Flask) -> None:
    """Hook the key into units of work and forms."""
    if claim not in database.at_start:
        database.at_start.append(claim)
    app.after_request(remember)
    app.jinja_env.globals["new_request_key"] = new_key
