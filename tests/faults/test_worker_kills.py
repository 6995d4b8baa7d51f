"""The worker is killed at random moments while it sends: nothing is lost, copies are known.

A small run belongs to the suite; `make faults` makes it a long one.
"""

import os
import random
import socket
import time
from collections import Counter
from multiprocessing import get_context

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from app.database import db
from app.outbox import jobs, services
from app.outbox.models import Mail, MailState
from app.outbox.services import Envelope
from tests.conftest import MONDAY_MORNING
from tests.factories import make_person

LONG = os.environ.get("FAULTS") == "all"
MAILS, KILLS = (5000, 500) if LONG else (60, 12)
SEED = int(os.environ.get("FAULTS_SEED", "20261123"))
PATIENCE = 60  # seconds for the queue to run empty after the last kill


class SlowSink:
    """An SMTP server that takes its time, so that kills fall into the middle of mails."""

    def __init__(self):
        self.taken = Counter()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        time.sleep(0.003)
        key = next(
            line for line in envelope.content.splitlines() if line.startswith(b"Message-ID:")
        )
        self.taken[key] += 1
        return "250 OK"


@pytest.fixture
def sink():
    """Run the slow server on a free port of this machine."""
    handler = SlowSink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    server.stop()


def work(app, begun):
    """Be a worker: send what is due, again and again, on connections of its own."""
    hand_over = jobs._hand_over

    def noted(way_out, letter):
        begun.set()
        return hand_over(way_out, letter)

    jobs._hand_over = noted  # in this process only
    with app.app_context():
        db.engine.dispose(close=False)
        while True:
            jobs.send_due()
            time.sleep(0.002)


def kill_workers(app, session, times):
    """Start a worker, wait until it sends, kill it within 40 ms; again and again."""
    rng, fork = random.Random(SEED), get_context("fork")  # noqa: S311 - printed, to be repeated
    for _ in range(times):
        begun = fork.Event()
        worker = fork.Process(target=work, args=(app, begun))
        worker.start()
        begun.wait(2)
        time.sleep(rng.uniform(0, 0.04))
        worker.kill()
        worker.join()
        # What a dead worker had claimed is free after its lease; the test does not wait for it.
        session.execute(update(Mail).values(claimed_until=None))
        session.commit()


def post_mails(session, count):
    ada = make_person(session, "Ada")
    for number in range(count):
        envelope = Envelope(ada.id, ada.email, f"Mail {number}", "Text")
        services.post(session, envelope, key=f"k{number}", at=MONDAY_MORNING)
    session.commit()


@pytest.mark.timeout(1800 if LONG else 120)
def test_no_mail_is_lost_when_workers_are_killed(app, session, sink, monkeypatch):
    connect = jobs.transport
    monkeypatch.setattr(jobs, "transport", lambda _url: connect(sink.url))
    post_mails(session, MAILS)

    kill_workers(app, session, KILLS)
    _send_the_rest(app, session)

    states = Counter(session.scalars(select(Mail.state)))
    copies = sum(sink.taken.values()) - len(sink.taken)
    assert states == {MailState.SENT: MAILS}, f"seed {SEED}"
    assert len(sink.taken) == MAILS, f"seed {SEED}: mails were lost"
    assert copies <= KILLS, f"seed {SEED}: more copies than kills"


def _send_the_rest(app, session):
    deadline = time.monotonic() + PATIENCE
    waiting = select(Mail.id).where(Mail.state == MailState.WAITING).limit(1)
    while time.monotonic() < deadline:
        with app.app_context():
            jobs.send_due()
        left = session.scalar(waiting)
        session.rollback()
        if left is None:
            return


def test_marking_before_sending_would_lose_mails(app, session, sink, monkeypatch):
    """The negative control: the same kills, but the mark is set before the mail is handed over."""
    connect = jobs.transport
    monkeypatch.setattr(jobs, "transport", lambda _url: connect(sink.url))
    monkeypatch.setattr(jobs, "_hand_over", _mark_first(jobs._hand_over))
    post_mails(session, 60)

    kill_workers(app, session, 15)
    _send_the_rest(app, session)

    assert len(sink.taken) < 60, f"seed {SEED}: the kills hit nothing, so they prove nothing"


def _mark_first(hand_over):
    from app.database import unit_of_work

    def wrong_order(way_out, letter):
        with unit_of_work() as own:
            mail = own.scalar(select(Mail).where(Mail.key == letter.key))
            services.note_sent(own, mail, at=MONDAY_MORNING)
        time.sleep(0.005)
        return hand_over(way_out, letter)

    return wrong_order
