"""Mails on their way: a server that takes them and the jobs that send them."""

import socket

import pytest
from aiosmtpd.controller import Controller

from app import mail as way_out
from app.agenda.jobs import invitations as jobs
from app.outbox import jobs as outbox
from tests.agenda.mailbox import Sink


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
    """Run the worker's jobs twice, as it does, and give the invitations that arrived since."""
    connect = way_out.transport
    monkeypatch.setattr(outbox, "transport", lambda _url: connect(sink.url))

    def run():
        session.commit()
        with app.app_context():
            for _ in range(2):
                jobs.post_due()
                outbox.send_due()
        session.expire_all()
        arrived, sink.mails = sink.mails, []
        return [mail for mail in arrived if mail.is_multipart()]

    return run
