"""Web server or worker is killed at random moments while people book: nothing is lost or half done.

A forked process answers requests as a web server does and tells each acknowledged one over a pipe;
another does the worker's rounds. `make faults` makes it a long run.
"""

import os
import random
import re
import time
from datetime import timedelta
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

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
from tests.factories import make_login, make_person, make_team
from tests.gatherings.makers import make_gathering

LONG = os.environ.get("FAULTS") == "all"
KILLS = 250 if LONG else 8  # of each kind
SEED = int(os.environ.get("FAULTS_SEED", "20261123"))
SESSIONS = 40
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


def serve(app, token, gatherings, journal, begun):
    """One person books and cancels without end; each acknowledged act goes into the journal."""
    with app.app_context():
        db.engine.dispose(close=False)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    csrf = TOKEN.search(client.get("/today").text)[1]
    rng = random.Random(os.getpid())  # noqa: S311 - which session is booked next
    while True:
        key = rng.choice(gatherings)
        answer = client.post(f"/sessions/{key}/book", data={"csrf_token": csrf})
        if answer.status_code in {302, 303}:
            journal.send(key)
            begun.set()


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


def read(journal):
    """What arrived before the end; a message cut off by the kill was never acknowledged."""
    keys = []
    try:
        while journal.poll(0):
            keys.append(journal.recv())
    except (EOFError, OSError):
        pass
    return keys


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


@pytest.mark.timeout(1800 if LONG else 150)
def test_acknowledged_bookings_survive_every_kill_of_the_web_server(app, session, clock):
    rng, fork = random.Random(SEED), get_context("fork")  # noqa: S311 - printed, to be repeated
    team = make_team(session, "Rhine")
    people = [make_person(session, f"Guest{number}", team=team) for number in range(KILLS)]
    tokens = [make_login(session, person) for person in people]
    keys = [person.id for person in people]
    start = MONDAY_MORNING + timedelta(days=30)
    gatherings = [
        make_gathering(session, seats=200, starts_at=start + timedelta(days=number)).id
        for number in range(SESSIONS)
    ]
    session.commit()
    acknowledged = []

    for person_id, token in zip(keys, tokens, strict=True):
        mine, theirs = fork.Pipe(duplex=False)
        begun = fork.Event()
        server = fork.Process(target=serve, args=(app, token, gatherings, theirs, begun))
        server.start()
        begun.wait(10)
        time.sleep(rng.uniform(0, 0.08))
        server.kill()
        server.join()
        acknowledged += [(person_id, key) for key in read(mine)]
        mine.close()
        theirs.close()

    rows = session.execute(select(Booking.person_id, Booking.gathering_id))
    stored = {tuple(row) for row in rows}
    assert acknowledged, f"seed {SEED}: nothing was booked between the kills"
    assert [one for one in acknowledged if one not in stored] == [], f"seed {SEED}: lost"
    assert half_done(session) == [], f"seed {SEED}"
    assert verify(session).broken_at is None


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
