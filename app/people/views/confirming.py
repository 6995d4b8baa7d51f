"""Ask for the own password once more before something weighty."""

from __future__ import annotations

from flask import current_app, request

from app import clock
from app.database import reading, unit_of_work
from app.domain.refusals import N_, Refusal
from app.people.services import accounts, throttle
from app.web.guards import actor


class TooManyTries(Refusal):
    """Somebody guesses at an open computer."""

    msgid = N_("Too many tries. Please wait a quarter of an hour.")
    status = 429


def prove_it_is_me(password: str) -> None:
    """Raise WrongPassword unless this is the signed-in person's, or TooManyTries."""
    now = clock.now()
    counters = throttle.counters(
        "confirm",
        name=str(actor.person_id),
        address=request.remote_addr or "",
        secret=str(current_app.config["SECRET_KEY"]),
    )
    with unit_of_work() as session:
        locked = throttle.count_try(session, *counters, at=now)
    if locked is not None:
        raise TooManyTries
    with reading() as session:
        accounts.prove(session, actor.person_id, password)
    with unit_of_work() as session:
        throttle.forgive(session, *counters)
