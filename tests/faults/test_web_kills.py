"""The web server is killed at random moments while people save: what was acknowledged stays.

A forked process answers requests as a web server does and tells each acknowledged one over a
pipe; the test kills it and compares. `make faults` makes it a long run.
"""

import os
import random
import re
import time
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry, AuditKind
from app.audit.services import verify
from app.database import db
from app.domain.roles import Role
from app.rotations.models import Round
from tests.factories import make_login, make_person
from tests.faults.test_storage import FORM

LONG = os.environ.get("FAULTS") == "all"
KILLS = 500 if LONG else 12
SEED = int(os.environ.get("FAULTS_SEED", "20261123"))
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def serve(app, token, journal, begun, first):
    """Answer one person's requests without end; each acknowledged round goes into the journal."""
    with app.app_context():
        db.engine.dispose(close=False)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    csrf = TOKEN.search(client.get("/rounds/new").text)[1]
    number = first
    while True:
        number += 1
        name = f"Round {number}"
        answer = client.post("/rounds/", data=FORM | {"name": name, "csrf_token": csrf})
        if answer.status_code in {302, 303}:
            journal.send(name)
            begun.set()


def read(journal):
    """What arrived before the end; a message cut off by the kill was never acknowledged."""
    names = []
    try:
        while journal.poll(0):
            names.append(journal.recv())
    except (EOFError, OSError):
        pass
    return names


@pytest.mark.timeout(1800 if LONG else 150)
def test_what_was_acknowledged_survives_every_kill_and_nothing_is_half_done(app, session, clock):
    rng, fork = random.Random(SEED), get_context("fork")  # noqa: S311 - printed, to be repeated
    token = make_login(session, make_person(session, "Olga", roles=[Role.HR]))
    session.commit()
    acknowledged = []

    for kill in range(KILLS):
        mine, theirs = fork.Pipe(duplex=False)
        begun = fork.Event()
        server = fork.Process(target=serve, args=(app, token, theirs, begun, kill * 10_000))
        server.start()
        begun.wait(10)
        time.sleep(rng.uniform(0, 0.08))
        server.kill()
        server.join()
        acknowledged += read(mine)
        mine.close()
        theirs.close()

    stored = set(session.scalars(select(Round.name)))
    traced = session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.kind == AuditKind.ROUND_CHANGED)
    )
    assert acknowledged, f"seed {SEED}: nothing was saved between the kills"
    assert [name for name in acknowledged if name not in stored] == [], f"seed {SEED}: lost"
    assert traced == len(stored), (
        f"seed {SEED}: a round without its entry in the log, or one too many"
    )
    assert verify(session).broken_at is None
