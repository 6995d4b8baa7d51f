"""The default start command: it holds out against slow clients, and ends as a whole."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live import ROOT, environ_for, free_port, live_server

SLOW_CLIENTS = 100
GOOD_REQUESTS = 10
PATIENCE = 5  # seconds; a slow client is held for a minute
HALF_REQUESTS = {
    "head": b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": (
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
    ),
}


@pytest.fixture(scope="module")
def server(sqlite_store, tmp_path_factory):
    """Lend the product as it starts by default."""
    url = sqlite_store.create("serving")
    with live_server(url, tmp_path_factory.mktemp("serving")) as running:
        yield running


@pytest.fixture
def own_server(sqlite_store, tmp_path):
    """Lend a small one that the test may take apart."""
    url = sqlite_store.create("taken_apart")
    with live_server(url, tmp_path, WEB_PROCESSES="1") as running:
        yield running


def children_of(process):
    """Give the process ids of the parts."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(word) for word in listed.split()]


def name_of(pid):
    return Path(f"/proc/{pid}/comm").read_text().strip()


def wait_until_gone(pids, seconds=20):
    """Wait for processes to end; gives those that live on."""
    deadline = time.monotonic() + seconds
    alive = pids
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = [pid for pid in pids if is_alive(pid)]
    return alive


def is_alive(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def started(environ, *arguments):
    """Run the start command to its end."""
    return subprocess.run(
        [sys.executable, "tools/serve.py", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_start_says_where_it_answers_and_then_how_the_first_one_comes_in(server):
    deadline = time.monotonic() + 60
    while "/links/" not in server.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)

    said = [line for line in server.log.read_text().splitlines() if line]
    assert said[:2] == [
        f"Tandem answers at {server.url} (Ctrl-C stops it).",
        "There is no administrator yet. This link works once and for 72 hours:",
    ]
    assert said[2].startswith(f"{server.url}/links/")


@pytest.mark.parametrize("part", HALF_REQUESTS)
def test_slow_clients_keep_nobody_waiting(part, server):
    assert server.get("/sign-in", seconds=60) == 200  # the first visit also compiles the page
    with ExitStack() as held:
        for _ in range(SLOW_CLIENTS):
            address = ("127.0.0.1", server.port)
            slow = held.enter_context(socket.create_connection(address, timeout=5))
            slow.sendall(HALF_REQUESTS[part])
        time.sleep(0.5)

        answers = [server.get("/sign-in", PATIENCE) for _ in range(GOOD_REQUESTS)]

    assert answers == [200] * GOOD_REQUESTS


def test_oversized_upload_is_refused_before_it_is_read(server):
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 41943040\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(head)

        answer = client.recv(100)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_every_part_and_frees_the_port(kind, own_server):
    parts = children_of(own_server.process)

    own_server.process.send_signal(kind)

    assert own_server.process.wait(timeout=20) == 0
    assert wait_until_gone(parts) == []
    assert started(own_server.environ, "--check").returncode == 0


@pytest.mark.parametrize("victim", ["tandem-web-1", "tandem-worker"])
def test_death_of_one_part_ends_the_others_and_is_reported(victim, own_server):
    parts = children_of(own_server.process)
    killed = next(pid for pid in parts if name_of(pid) == victim)

    os.kill(killed, signal.SIGKILL)

    assert own_server.process.wait(timeout=20) == 1
    assert wait_until_gone(parts) == []
    assert "ended (status -9): stopping the rest" in own_server.log.read_text()


def test_parts_do_not_outlive_a_killed_supervisor(own_server):
    parts = children_of(own_server.process)

    own_server.process.kill()

    assert wait_until_gone(parts) == []


def test_taken_port_is_named_with_a_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = started(environ_for(f"sqlite:///{tmp_path}/t.db", tmp_path, port))

    assert done.returncode == 2
    assert f"port {port} is taken by another program" in done.stderr
    assert f"PORT={port + 1} make run" in done.stderr


def test_unusable_setting_is_named_and_nothing_starts(tmp_path):
    environ = environ_for("mysql://nowhere", tmp_path, free_port())

    done = started(environ)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Tandem cannot start: DATABASE_URL must start with" in done.stderr
