"""The program itself with two routes more: one that does nothing, and one bare transaction.

`/bench/bare/<id>` stands behind the same door as a booking (session, form token) and writes, in
one transaction and with statements built once, the three rows a booking cannot do without:
booking, first step of its history, notice.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import Table, insert

from app import clock
from app import create_app as create_product
from app.database import unit_of_work
from app.domain.seats import BookingState
from app.gatherings.models import Booking, BookingStep
from app.outbox.models import Notice, NoticeTopic
from app.web.guards import actor, allow, public, signed_in

BOOKING, STEP, NOTICE = (
    insert(cast("Table", model.__table__)) for model in (Booking, BookingStep, Notice)
)


@allow(public)
def empty() -> ResponseReturnValue:
    """Answer, and do nothing else."""
    return "ok"


@allow(signed_in)
def bare(gathering_id: int) -> ResponseReturnValue:
    """Write what a booking writes at least, and look at nothing."""
    now = clock.now()
    with unit_of_work() as session:
        connection = session.connection()
        row = {
            "gathering_id": gathering_id,
            "person_id": actor.person_id,
            "state": BookingState.BOOKED,
            "joined_at": now,
            "created_at": now,
            "changed_at": now,
        }
        key = connection.execute(BOOKING.returning(Booking.id), row).scalar_one()
        step = {"booking_id": key, "version": 1, "after": BookingState.BOOKED, "at": now}
        connection.execute(STEP, step)
        notice = {
            "person_id": actor.person_id,
            "topic": NoticeTopic.BOOKINGS,
            "title": "You have a seat: %(what)s",
            "text": "You have a seat.",
            "params": {},
            "path": f"/sessions/{gathering_id}",
            "action": "Look at my booking",
            "dedupe_key": f"bare:{key}",
            "created_at": now,
        }
        connection.execute(NOTICE, notice)
    return redirect(f"/sessions/{gathering_id}")


def create_app() -> Flask:
    """Build the program with the two routes to measure beside."""
    app = create_product()
    app.add_url_rule("/bench/empty", "bench_empty", empty)
    app.add_url_rule("/bench/bare/<int:gathering_id>", "bench_bare", bare, methods=["POST"])
    return app
