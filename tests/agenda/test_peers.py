"""Real calendar programs over HTTP: vdirsyncer fetches, khal lists, Radicale stores and gives back.

All of them, and the readers beside them, agree with what the database holds.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app.agenda.models import Commitment, CommitmentKind, ShownAs
from app.people.models import Team
from tests.agenda.makers import make_commitment, make_feed
from tests.calendars.readers import READERS, facts, spans
from tests.factories import make_person, make_team

BERLIN = ZoneInfo("Europe/Berlin")
COMMANDS = os.path.dirname(sys.executable)  # noqa: PTH120 - the link itself, not where it leads


@pytest.fixture
def served(app):
    """Serve the app on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def radicale(tmp_path):
    """Run Radicale on a free port, open to everybody; gives the address of an empty calendar."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "radicale", "--config", ""),
            *("--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none"),
            *("--storage-filesystem-folder", str(tmp_path / "radicale")),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/ada/tandem/"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("Radicale did not start")


@pytest.fixture
def year(session):
    """Ada's year: both nights of the change, Lisbon, Cairo, a rotation, umlauts and commas."""

    def local(text, zone="Europe/Berlin"):
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    ada = make_person(session, "Ada", team=make_team(session, "Rhine"))
    make_commitment(session, ada, local("2027-03-27T22:00"), hours=8, title="Night, over; March")
    make_commitment(session, ada, local("2027-10-31T01:00"), hours=6, title="Nacht im Oktober")
    make_commitment(session, ada, local("2027-01-12T09:00"), title="Zuhören (1/2) 🎧")
    make_commitment(
        session,
        ada,
        local("2027-06-12T09:00", "Europe/Lisbon"),
        zone="Europe/Lisbon",
        title="Porto",
    )
    make_commitment(
        session, ada, local("2027-05-04T09:00", "Africa/Cairo"), zone="Africa/Cairo", title="Nile"
    )
    start = local("2027-03-01T00:00")
    make_commitment(
        session,
        ada,
        start,
        hours=(local("2027-04-05T00:00") - start) / timedelta(hours=1),
        title="Desk",
        kind=CommitmentKind.STAY,
        all_day=True,
        shown_as=ShownAs.FREE,
    )
    return ada


def truth(session, person):
    """What the database says: UID, and days or instants."""
    return {
        row.uid: (
            (row.starts_at.astimezone(BERLIN).date(), row.ends_at.astimezone(BERLIN).date())
            if row.all_day
            else (row.starts_at, row.ends_at)
        )
        for row in session.scalars(select(Commitment).where(Commitment.person_id == person.id))
    }


def ask(address, method="GET", data=None):
    """Ask a server of this machine, as Ada where that matters; gives the body."""
    where = urlsplit(address)
    with closing(HTTPConnection(where.hostname, where.port, timeout=20)) as client:
        headers = {"Authorization": f"Basic {b64encode(b'ada:').decode()}"}
        client.request(method, where.path, data, {**headers, "Content-Type": "text/calendar"})
        answer = client.getresponse()
        body = answer.read()
    assert answer.status in {200, 201}, body
    return b"" if answer.status == 201 else body


@pytest.mark.parametrize("kind", ["own", "team"])
def test_every_reader_agrees_with_the_database(kind, session, served, year):
    team = None
    if kind == "team":
        team = session.scalars(select(Team)).one()
    _, path = make_feed(session, year, team=team)
    session.commit()

    data = ask(served + path)

    expected = truth(session, year)
    for reader in READERS:
        seen = {uid: fact[:2] for uid, fact in facts(reader, data).items()}
        assert seen == expected, reader
    assert spans(data) == sorted(expected.values(), key=str)


def test_khal_lists_what_vdirsyncer_fetched(session, served, year, tmp_path):
    _, path = make_feed(session, year)
    session.commit()
    (tmp_path / "status").mkdir()
    (tmp_path / "fetched").mkdir()
    (tmp_path / "vdirsyncer").write_text(
        f"""
[general]
status_path = "{tmp_path}/status"
[pair tandem]
a = "feed"
b = "folder"
collections = null
[storage feed]
type = "http"
url = "{served + path}"
[storage folder]
type = "filesystem"
path = "{tmp_path}/fetched"
fileext = ".ics"
"""
    )
    (tmp_path / "khal").write_text(
        f"""
[calendars]
[[tandem]]
path = {tmp_path}/fetched
[locale]
local_timezone = UTC
default_timezone = UTC
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {tmp_path}/khal.db
"""
    )

    run("vdirsyncer", "-c", tmp_path / "vdirsyncer", "discover")
    run("vdirsyncer", "-c", tmp_path / "vdirsyncer", "sync")
    listed = run(
        *("khal", "-c", tmp_path / "khal", "list", "--once", "--notstarted"),
        *("--day-format", "", "--format", "{title}|{start-long-full}|{end-long-full}"),
        *("2026-12-01", "400d"),
    )

    assert sorted(line for line in listed.splitlines() if line) == [
        "Nacht im Oktober|2027-10-30T23:00|2027-10-31T05:00",
        "Night, over; March|2027-03-27T21:00|2027-03-28T05:00",
        "Nile|2027-05-04T06:00|2027-05-04T08:00",
        "Porto|2027-06-12T08:00|2027-06-12T10:00",
        "Rotation: Desk|2027-03-01T00:00|2027-04-04T00:00",
        "Zuhören (1/2) 🎧|2027-01-12T08:00|2027-01-12T10:00",
    ]


def run(*words):
    done = subprocess.run(
        [f"{COMMANDS}/{words[0]}", *map(str, words[1:])],
        capture_output=True,
        text=True,
        check=False,
        input="y\n",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_radicale_gives_back_what_it_was_given(session, served, radicale, year):
    _, path = make_feed(session, year)
    session.commit()
    data = ask(served + path)

    stored = ask(radicale, "PUT", data)
    back = ask(radicale, "GET")

    assert stored == b""
    seen = {uid: fact[:2] for uid, fact in facts("icalendar", back).items()}
    assert seen == truth(session, year)
    assert b"RDATE" not in back
