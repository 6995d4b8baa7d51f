"""The outbox sends at least once, never loses, backs off and gives up visibly."""

import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app import mail as way_out
from app.outbox import jobs, services
from app.outbox.models import Mail, MailState, PrivateMail
from app.outbox.services import Envelope
from tests.factories import make_person

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Sink:
    """A real SMTP server that keeps what it was given, or refuses as told."""

    def __init__(self):
        self.mails = []
        self.refuses = False
        self.unknown = ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address == self.unknown:
            return f"550 nobody is called {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 later please"
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def sink():
    """Run an SMTP server on a free port of this machine."""
    handler = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    server.stop()


@pytest.fixture
def send(app, session, clock, sink, monkeypatch):
    """Run the job with this sink as the way out."""
    connect = way_out.transport
    monkeypatch.setattr(jobs, "transport", lambda _url: connect(sink.url))

    def run():
        session.commit()
        with app.app_context():
            jobs.send_due()
        session.expire_all()

    return run


def posted(session, *, subject="Hello", body="Text", key="k", secret=False):
    ada = make_person(session, "Ada")
    envelope = Envelope(ada.id, ada.email, subject, body, secret)
    services.post(session, envelope, key=key, at=AT)
    return ada


def the_mail(session):
    return session.scalars(select(Mail)).one()


def test_a_mail_leaves_once_and_carries_its_key_as_message_id(session, send, sink):
    posted(session)

    send()
    send()

    mail = the_mail(session)
    assert [got["Message-ID"] for got in sink.mails] == [f"<{mail.key}@localhost>"]
    assert (mail.state, mail.attempts, mail.sent_at) == (MailState.SENT, 1, AT)


def test_a_refused_mail_is_tried_again_twice_as_late_each_time(session, send, sink, clock):
    posted(session)
    sink.refuses = True
    waits = []

    for _ in range(4):
        send()
        waits.append((the_mail(session).due_at - clock.now()).total_seconds())
        clock.move_to(the_mail(session).due_at)

    assert waits == [15, 30, 60, 120]


def test_after_eight_tries_a_mail_is_shown_as_failed_and_can_be_sent_again(
    session, send, sink, clock
):
    posted(session)
    sink.refuses = True
    for _ in range(9):
        send()
        clock.move_by(timedelta(hours=2))
    failed = the_mail(session)
    assert (failed.state, failed.attempts) == (MailState.FAILED, 8)
    assert "451" in failed.last_error

    sink.refuses = False
    services.send_again(session, failed, at=clock.now())
    send()

    assert the_mail(session).state is MailState.SENT


POSTS = {"private": services.post_privately, "shown": services.post}


@pytest.mark.parametrize("post", POSTS)
def test_the_log_names_nobody_whose_private_mail_was_refused(session, send, sink, caplog, post):
    ada = make_person(session, "Ada")
    POSTS[post](session, Envelope(ada.id, ada.email, "Still open", "Text"), key="k", at=AT)
    sink.unknown = ada.email

    send()

    kind = {"private": PrivateMail, "shown": Mail}[post]
    (mail,) = session.scalars(select(kind))
    told = [word in caplog.text for word in ("was not taken", ada.email, mail.key)]
    assert mail.attempts == 1
    assert told == [True, post == "shown", post == "shown"]


def test_a_server_that_is_away_costs_no_try(app, session, clock, sink, monkeypatch):
    posted(session)
    real = way_out.transport
    monkeypatch.setattr(jobs, "transport", lambda _url: real("smtp://127.0.0.1:1"))
    session.commit()

    with app.app_context():
        jobs.send_due()

    session.expire_all()
    assert (the_mail(session).state, the_mail(session).attempts) == (MailState.WAITING, 0)


def test_line_ends_in_a_subject_smuggle_no_header_in(session, send, sink):
    posted(session, subject="Hi\r\nBcc: victim@example.com")

    send()

    [got] = sink.mails
    assert (got["Subject"], got["Bcc"]) == ("Hi Bcc: victim@example.com", None)


def test_a_secret_mail_keeps_no_text_once_it_was_sent(session, send, sink):
    posted(session, body="https://localhost/reset/SECRET", secret=True)

    send()

    assert the_mail(session).body == ""
    assert "SECRET" in sink.mails[0].get_content()


def test_a_closed_account_gets_no_mail(session, send, sink):
    from app.people.models import Account

    ada = posted(session)
    session.add(Account(person_id=ada.id, active=False, created_at=AT))

    send()

    assert (the_mail(session).state, the_mail(session).body, sink.mails) == (
        MailState.DROPPED,
        "",
        [],
    )


def test_of_many_workers_one_gets_the_mail(app, session, clock):
    posted(session)
    session.commit()
    mail_id = the_mail(session).id
    session.rollback()
    taken = []

    def claim():
        from app.database import unit_of_work

        with app.app_context(), unit_of_work() as own:
            taken.append(services.claim(own, mail_id, now=AT))

    workers = [Thread(target=claim) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == [False] * 5 + [True]


def test_a_claim_whose_worker_died_is_free_again_after_the_lease(session):
    posted(session)
    session.flush()
    mail_id = the_mail(session).id

    tries = [
        services.claim(session, mail_id, now=AT),
        services.claim(session, mail_id, now=AT + services.LEASE),
        services.claim(session, mail_id, now=AT + services.LEASE + timedelta(seconds=1)),
    ]

    assert tries == [True, False, True]
