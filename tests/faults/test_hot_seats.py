"""Everybody wants the last ten seats at once, over real connections to the product itself.

A small storm belongs to the suite; `make faults` makes it 1,000 clients, 20 times, on both
databases.
"""

import logging
import os
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.agenda.models import Commitment
from app.audit.services import verify
from app.domain.seats import BookingState
from app.gatherings.models import Booking, Gathering
from app.outbox.models import Notice
from migrations import guards
from tests.faults.booking_clients import (
    make_clients,
    make_open_session,
    slowest_of_a_hundred,
    statuses,
    storm,
)
from tests.live import live_server

LONG = os.environ.get("FAULTS") == "all"
CLIENTS, RUNS = (1000, 20) if LONG else (150, 1)
SEATS = 10
log = logging.getLogger("tandem.faults")  # seen with --log-cli-level=info


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def arena(request, store, make_app, tmp_path_factory):
    """Lend a running product with everybody signed in, and an engine on its database."""
    folder = tmp_path_factory.mktemp("hot_seats")
    databases = store(request.param)
    url = databases.create("hot_seats")
    app = make_app(url)
    engine = create_engine(url)
    with Session(engine) as session:
        clients = make_clients(session, app, CLIENTS)
        session.commit()
    with live_server(url, folder, QUEUE_URL=f"sqlite:///{folder}/queue.db") as server:
        yield server, engine, clients
    engine.dispose()
    databases.drop(url)


def run_once(server, engine, clients, *, seats=SEATS):
    with Session(engine) as session:
        gathering_id = make_open_session(session, seats=seats).id
        session.commit()
    answers = storm(server.port, clients, f"/sessions/{gathering_id}/book")
    with Session(engine) as session:
        rows = session.scalars(select(Booking.state).where(Booking.gathering_id == gathering_id))
        return gathering_id, answers, Counter(rows)


@pytest.mark.timeout(3600 if LONG else 240)
def test_ten_seats_are_sold_ten_times_and_everybody_else_is_told_so(arena):
    server, engine, clients = arena
    with Session(engine) as session:
        everybody = len(session.scalars(select(Notice.person_id)).all())

    for run in range(RUNS):
        gathering_id, answers, states = run_once(server, engine, clients)

        counts = statuses(answers)
        log.info("run %s: answers by status: %s", run, dict(sorted(counts.items())))
        assert set(counts) <= {302, 409}, f"run {run}: {counts}"  # nobody is told to try again
        assert states[BookingState.BOOKED] == SEATS, f"run {run}: {states}"
        assert states[BookingState.WAITLISTED] == counts[302] - SEATS, f"run {run}: {states}"
        assert set(states) <= {BookingState.BOOKED, BookingState.WAITLISTED}
        log.info("run %s: 99 of 100 answers in %.2f s", run, slowest_of_a_hundred(answers))
        with Session(engine) as session:
            gathering = session.get(Gathering, gathering_id)
            assert (gathering.taken, gathering.capacity) == (SEATS, SEATS)
            told = session.scalars(select(Notice.person_id)).all()
            everybody += counts[302]
            assert len(told) == everybody, "somebody was told twice or not at all"
            gathering.closes_at = gathering.opens_at  # so that people are free for the next run
            end_all(session)
            session.commit()
    with Session(engine) as session:
        assert verify(session).broken_at is None


def end_all(session):
    """Free everybody's time for the next run."""

    session.execute(update(Commitment).values(active=False))


@contextmanager
def unguarded(engine):
    """Take the count of seats away from a database, and give it back to whoever comes next."""
    with engine.begin() as connection:
        guards.drop(connection, "tg_booking_seats")
    try:
        yield
    finally:
        with engine.begin() as connection:
            guards.drop_all(connection)
            guards.create_all(connection)


@pytest.mark.timeout(240)
def test_without_the_database_counting_the_same_storm_oversells(arena):
    """The negative control: the guard is what holds, and this test would see it missing."""
    server, engine, clients = arena
    with unguarded(engine):
        _key, answers, states = run_once(server, engine, clients[:60])

    assert set(statuses(answers)) == {302}
    assert states[BookingState.BOOKED] > SEATS
