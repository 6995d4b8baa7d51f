"""Many people who want the same seats: made at once, and let loose on a running server."""

import http.client
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer

from app import clock
from tests.factories import make_login, make_people, make_team
from tests.gatherings.makers import make_gathering


@dataclass(frozen=True)
class Client:
    """A signed-in browser that has a form open: its cookie, and the token of the form."""

    person_id: int
    cookie: str
    csrf: str


@dataclass(frozen=True)
class Answer:
    """What came of one request; 0 stands for none at all. `seconds` until the whole answer."""

    status: int
    seconds: float
    person_id: int


def make_clients(session, app, number):
    """Sign in that many people of one team; the test's clock plays no part in it."""
    team, now = make_team(session, "Hopeful"), clock.now()
    people = make_people(session, [f"Guest{index}" for index in range(number)], team=team)
    return [client_for(app, session, person, at=now) for person in people]


def client_for(app, session, person, *, at):
    """Give a person the cookie that a browser would have after signing in and opening a page."""
    raw = token_hex(20)
    token = make_login(session, person, at=at)
    signer = app.session_interface.get_signing_serializer(app)
    form = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    return Client(person.id, signer.dumps({"token": token, "csrf_token": raw}), form.dumps(raw))


def make_open_session(session, *, seats, days=30, **fields):
    """Make a session in some days from now, whatever the tests' clock says."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    times = {"opens_at": start - timedelta(days=200), "closes_at": start - timedelta(days=1)}
    return make_gathering(session, seats=seats, starts_at=start, **{**times, **fields})


def post(port, client, path, *, seconds=60, **fields):
    """Send one form on a connection of its own."""
    body = urlencode({"csrf_token": client.csrf, "request_key": token_hex(12), **fields})
    headers = {
        "Cookie": f"session={client.cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Connection": "close",
    }
    begun = time.monotonic()
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, seconds)) as connection:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
    except (OSError, http.client.HTTPException):
        status = 0
    return Answer(status, time.monotonic() - begun, client.person_id)


def storm(port, clients, path, *, connections=200):
    """Let everybody want the same at once; gives all answers."""
    with ThreadPoolExecutor(min(connections, len(clients))) as pool:
        return list(pool.map(lambda client: post(port, client, path), clients))


def statuses(answers):
    return Counter(answer.status for answer in answers)


def slowest_of_a_hundred(answers):
    """The time within which 99 of 100 answers came, in seconds."""
    times = sorted(answer.seconds for answer in answers)
    return times[min(len(times) - 1, int(len(times) * 0.99))]
