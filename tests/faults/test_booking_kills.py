"""Web server or worker is killed at random moments while people book: nothing is lost or half done.

The web server is waitress with our rules on a socket of its own, in a forked process; a client
sends it forms over HTTP and writes down what was answered. Another process does the worker's
rounds.
`make faults` makes it a long run.
"""

import os
import random
import threading
import time
from io import BytesIO
from multiprocessing import get_context

import pytest
import waitress
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditKind
from app.audit.services import verify
from app.database import db
from app.domain.seats import HOLDING, BookingState
from app.gatherings.jobs import bookings as jobs
from app.gatherings.models import Booking, BookingStep, Gathering
from app.gatherings.services import bookings
from app.gatherings.services.bookings import notices
from app.outbox.models import Notice
from tests.conftest import MONDAY_MORNING
from tests.factories import make_person, make_team
from tests.faults.booking_clients import make_clients, make_open_session, post
from tests.gatherings.makers import make_gathering
from tools.web import RULES, listen

LONG = os.environ.get("FAULTS") == "all"
KILLS = 250 if LONG else 8  # of each kind
SEED = int(os.environ.get("FAULTS_SEED", "20261123"))
SESSIONS = 40


def answer_requests(app, listener):
    """The web server as `tools/web.py` runs it, on connections of its own, until it is killed."""
    with app.app_context():
        db.engine.dispose(close=False)
    waitress.serve(app, sockets=[listener], **RULES, _quiet=True)


def answer_before_it_is_done(app, listener):
    """The negative control: the answer is sent at once, the work is done a moment later."""
    real = app.wsgi_app

    def hasty(environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return real(environ, start_response)
        body = environ["wsgi.input"].read()
        later = {**environ, "wsgi.input": BytesIO(body)}
        threading.Timer(0.2, lambda: list(real(later, lambda *_: None))).start()
        start_response("303 SEE OTHER", [("Content-Length", "0")])
        return [b""]

    app.wsgi_app = hasty  # in this process only
    answer_requests(app, listener)


def book_and_cancel(port, client, gatherings, journal, booking_of):
    """Send forms over HTTP until nobody answers; what was answered goes into the journal.

    Every third booking is given back at once.
    """
    rng = random.Random(client.person_id)  # noqa: S311 - which session is booked next
    while True:
        key = rng.choice(gatherings)
        if post(port, client, f"/sessions/{key}/book", seconds=10).status not in {302, 303}:
            return
        journal.append(("booked", key))
        if rng.random() > 1 / 3 or (booking := booking_of(client.person_id, key)) is None:
            continue
        if post(port, client, f"/bookings/{booking}/cancel", seconds=10).status not in {302, 303}:
            return
        journal.append(("cancelled", key))


def work(app, begun):
    """Do the worker's rounds without end, on connections of its own; say when it is at work."""
    keep_one = jobs._keep_one

    def noted(gathering_id):
        begun.set()
        return keep_one(gathering_id)

    jobs._keep_one = noted  # in this process only
    with app.app_context():
        db.engine.dispose(close=False)
        while True:
            jobs.keep_bookings()
            time.sleep(0.001)


def half_done(session):
    """Bookings whose history, notices, seats or entries in the log do not add up."""
    found = []
    for booking in session.scalars(select(Booking)):
        versions = session.scalars(
            select(BookingStep.version).where(BookingStep.booking_id == booking.id)
        ).all()
        told = session.scalar(
            select(func.count()).where(Notice.dedupe_key.like(f"booking:{booking.id}:v%:person:%"))
        )
        logged = session.scalar(
            select(func.count()).where(
                AuditEntry.subject == f"booking:{booking.id}",
                AuditEntry.kind == AuditKind.BOOKING_CHANGED,
            )
        )
        if (sorted(versions), told, logged) != (
            list(range(1, booking.version + 1)),
            booking.version,
            booking.version,
        ):
            found.append((booking.id, booking.version, versions, told, logged))
    held = dict(
        session.execute(
            select(Booking.gathering_id, func.count())
            .where(Booking.state.in_(HOLDING))
            .group_by(Booking.gathering_id)
        ).all()
    )
    taken = session.execute(select(Gathering.id, Gathering.taken)).all()
    return found + [tuple(row) for row in taken if row.taken != held.get(row.id, 0)]


def kill_servers(app, session, engine, *, times, serve=answer_requests):
    """Let a client of its own book at each server until that is killed; gives all journals.

    By (person, gathering): what was acknowledged last.
    """
    rng, fork = random.Random(SEED), get_context("fork")  # noqa: S311 - printed, to be repeated
    clients = make_clients(session, app, times)
    gatherings = [
        make_open_session(session, seats=200, days=30 + number).id for number in range(SESSIONS)
    ]
    session.commit()
    last = {}

    def booking_of(person_id, key):
        with Session(engine) as own:
            return own.scalar(
                select(Booking.id)
                .where(Booking.person_id == person_id, Booking.gathering_id == key)
                .order_by(Booking.id.desc())
                .limit(1)
            )

    for client in clients:
        with listen("127.0.0.1", 0) as listener:
            port, journal = listener.getsockname()[1], []
            server = fork.Process(target=serve, args=(app, listener))
            server.start()
            sender = threading.Thread(
                target=book_and_cancel, args=(port, client, gatherings, journal, booking_of)
            )
            sender.start()
            until = time.monotonic() + 20
            while not journal and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(rng.uniform(0, 0.08))
            server.kill()
            server.join()
        sender.join()
        last |= {(client.person_id, key): act for act, key in journal}
    return last


def lost(session, last):
    """Acknowledged acts whose effect is not there; what came after them may be, unanswered."""
    held = select(Booking.person_id, Booking.gathering_id).where(Booking.state.in_(HOLDING))
    stored = {tuple(row) for row in session.execute(held)}
    left = {
        tuple(row)
        for row in session.execute(
            select(Booking.person_id, Booking.gathering_id).where(
                Booking.state == BookingState.CANCELLED
            )
        )
    }
    fine = {"booked": stored | left, "cancelled": left}
    return [one for one, act in last.items() if one not in fine[act]]


@pytest.mark.timeout(3600 if LONG else 150)
def test_acknowledged_bookings_survive_every_kill_of_the_web_server(app, session, engine):
    last = kill_servers(app, session, engine, times=KILLS)

    assert last, f"seed {SEED}: nothing was booked between the kills"
    assert lost(session, last) == [], f"seed {SEED}: lost"
    assert half_done(session) == [], f"seed {SEED}"
    assert verify(session).broken_at is None


@pytest.mark.timeout(150)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_answer_before_the_commit_would_be_seen(app, session, engine):
    """The negative control of lost acknowledgements."""
    last = kill_servers(app, session, engine, times=4, serve=answer_before_it_is_done)

    assert lost(session, last) != [], f"seed {SEED}: the kills hit nothing, so they prove nothing"


def full_gatherings(session, number):
    """Each with one booked, one waiting, and a seat that just came free."""
    team = make_team(session, "Rhine")
    made = []
    for index in range(number):
        gathering = make_gathering(session, seats=1)
        with_seat, waiting = (
            make_person(session, f"{role}{index}", team=team) for role in ("Seat", "Line")
        )
        made.append((gathering.id, with_seat.id, waiting.id))
    return made


def fill(session, made):
    for gathering_id, with_seat, waiting in made:
        for person_id in (with_seat, waiting):
            bookings.book(session, gathering_id, person_id, at=MONDAY_MORNING)
        gathering = session.get(Gathering, gathering_id)
        gathering.capacity = gathering.wanted_capacity = 2
    session.commit()


def kill_workers(app, times, within=0.06):
    rng, fork = random.Random(SEED), get_context("fork")  # noqa: S311 - printed, to be repeated
    for _ in range(times):
        begun = fork.Event()
        worker = fork.Process(target=work, args=(app, begun))
        worker.start()
        begun.wait(5)
        time.sleep(rng.uniform(0, within))
        worker.kill()
        worker.join()


@pytest.mark.timeout(1800 if LONG else 150)
def test_people_move_up_once_however_often_the_worker_is_killed(app, session, clock):
    made = full_gatherings(session, KILLS * 2)
    fill(session, made)

    kill_workers(app, KILLS)
    with app.app_context():
        jobs.keep_bookings()

    states = session.scalars(select(Booking.state).distinct()).all()
    assert states == [BookingState.BOOKED], f"seed {SEED}: somebody still waits"
    assert half_done(session) == [], f"seed {SEED}"


@pytest.mark.timeout(150)
def test_telling_after_the_commit_would_be_seen(app, session, clock, monkeypatch):
    """The negative control: the change is committed before its notice and its log are written."""
    made = full_gatherings(session, 16)
    fill(session, made)
    tell = notices.tell_person

    def too_late(own, *args, **fields):
        own.commit()
        time.sleep(0.1)
        tell(own, *args, **fields)

    monkeypatch.setattr(notices, "tell_person", too_late)
    kill_workers(app, 8, within=0.4)

    assert half_done(session) != [], f"seed {SEED}: the kills hit nothing, so they prove nothing"
