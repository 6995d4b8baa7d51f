"""What every test may ask for. Vocabulary of the Flask tutorial: app, client, runner.

The test holds its own `session`, and no app context is pushed: a view that forgets to commit
then fails its test. Commits are real; each test begins with an empty, migrated database.
"""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade
from hypothesis import settings as properties
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app import create_app
from app.database import db
from config import settings
from tests.databases import PostgresStore, SqliteStore, Store, folder_in_memory
from tests.demo import DemoCompany
from tests.postgres import NoPostgresError, PostgresServer, running_server

# A busy machine is no counter-example, and the same code gives the same result everywhere.
properties.register_profile("steady", deadline=None, derandomize=True)
properties.load_profile("steady")
# It need not look again after every few hundred new objects: a page makes tens of thousands.
gc.set_threshold(50_000, 20, 50)
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NO_QUESTION_OF_OURS = ("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE", "ROLLBACK TO")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """In CI nothing may be left out: a skipped test counts as failed."""
    report = yield
    return _skip_is_failure(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    return _skip_is_failure(report)


# Where a test sets up much that others need as well, or takes long by itself.
IN_BROWSERS = ("browser/",)
LONG = ("faults/", "test_bad_input.py", "test_routes.py", "web/test_headers.py", "test_serving.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into the order in which two workers end at the same time.

    The first worker begins with the first half, the second with the second, and who is done takes
    over what the other has left at its end. So browser and demo company are set up by one of them
    only, the other begins with what takes long, and what is left at the end is short.
    """
    browsers, long, short = [], [], []
    for item in items:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        of_kind = browsers if path.startswith(IN_BROWSERS) else short
        (long if path.startswith(LONG) else of_kind).append(item)
    place = max(0, len(items) // 2 - len(browsers))
    items[:] = [*browsers, *short[:place], *long, *short[place:]]


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Iterator[None]:
    """Keep Python's collector from what lives to the end: the program, and thousands of tests."""
    gc.collect()
    gc.freeze()
    return (yield)


def _skip_is_failure(report: Any) -> Any:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Lend one server to the whole run (to each worker, when pytest-xdist shares the work)."""
    try:
        with running_server() as server:
            yield server
    except NoPostgresError as reason:
        if IN_CI or os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of this run, the same one for all workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Flask]:
    """Build an app on a database of its own, with settings of the environment by keyword.

    All of them share the compiled templates, also with the other workers; a template that has
    changed is compiled anew.
    """
    folder = shared_folder(tmp_path_factory) / "templates"
    folder.mkdir(exist_ok=True)
    compiled = FileSystemBytecodeCache(str(folder))

    def build(database_url: str, **environ: str) -> Flask:
        instance = tmp_path_factory.mktemp("instance")
        app = create_app(
            settings(
                {
                    "DATABASE_URL": database_url,
                    "INSTANCE_PATH": str(instance),
                    "QUEUE_URL": "memory://",
                    "SECRET_KEY": "only for tests, and long enough for production",
                    "BASE_URL": "http://localhost",
                    **environ,
                }
            )
        )
        app.config["TESTING"] = True
        app.jinja_env.bytecode_cache = compiled
        return app

    return build


@pytest.fixture(scope="session")
def app_without_database(make_app, tmp_path_factory) -> Flask:
    """Build one app for all tests of words and times, which ask no database."""
    return make_app(f"sqlite:///{tmp_path_factory.mktemp('nothing')}/unused.db")


@pytest.fixture(scope="session")
def migrate(make_app: Callable[..., Flask]) -> Callable[[str], None]:
    """Bring the database behind an address to the newest schema."""

    def upgraded(url: str) -> None:
        with make_app(url).app_context():
            upgrade()
            db.engine.dispose()

    return upgraded


@pytest.fixture(scope="session")
def sqlite_store(migrate) -> Iterator[SqliteStore]:
    with folder_in_memory() as folder:
        yield SqliteStore(folder, migrate)


@pytest.fixture(scope="session")
def postgresql_store(postgres_server, migrate) -> Iterator[PostgresStore]:
    made = PostgresStore(postgres_server, f"tandem_{os.getpid()}", migrate)
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest) -> Callable[[str], Store]:
    """Give the store of databases of one kind, `sqlite` or `postgresql`, made on first use."""

    def of(kind: str) -> Store:
        return request.getfixturevalue(f"{kind}_store")

    return of


@pytest.fixture(scope="session")
def demo_company(store, make_app, tmp_path_factory) -> DemoCompany:
    """Give a fresh copy of the demo company on an engine, as a database address."""
    return DemoCompany(store, make_app, shared_folder(tmp_path_factory) / "demo")


@pytest.fixture(scope="session")
def _apps(
    store: Callable[[str], Store], make_app: Callable[..., Flask]
) -> Iterator[Callable[[str], tuple[Flask, Engine, str]]]:
    made: dict[str, tuple[Flask, Engine, str]] = {}

    def of(kind: str) -> tuple[Flask, Engine, str]:
        if kind not in made:
            url = store(kind).create("main")
            app = make_app(url)
            with app.app_context():
                made[kind] = (app, db.engine, url)
        return made[kind]

    yield of
    for _app, engine, _url in made.values():
        engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request, store, _apps) -> Iterator[Flask]:
    """Lend the application on an empty database, once on each engine."""
    app, engine, url = _apps(request.param)
    yield app
    if request.param == "sqlite":
        engine.dispose()  # the file is about to be replaced
    store(request.param).empty(url)


@pytest.fixture
def engine(app: Flask) -> Engine:
    """Lend the engine behind `app`, for tests that speak to the database directly."""
    with app.app_context():
        return db.engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Lend the test's own session, which shares nothing with the requests it makes."""
    with Session(engine) as own:
        yield own


class CommittingClient(FlaskClient):
    """A client before whose requests the test's session commits, and after which it forgets.

    So the view sees what the test has made, the test sees what the view has made, and neither
    waits for the other's lock.
    """

    session: Session

    def open(self, *args: Any, **kwargs: Any) -> Any:
        self.session.commit()
        response = super().open(*args, **kwargs)
        self.session.expire_all()
        return response


@pytest.fixture
def client(app: Flask, session: Session) -> CommittingClient:
    """Lend a browser that is nobody yet."""
    client = CommittingClient(app, app.response_class, use_cookies=True)
    client.session = session
    return client


@pytest.fixture
def runner(app: Flask, session: Session) -> FlaskCliRunner:
    """Lend a runner of `flask` commands, committing what the test has made before each."""

    class CommittingRunner(FlaskCliRunner):
        def invoke(self, *args: Any, **kwargs: Any) -> Any:
            session.commit()
            result = super().invoke(*args, **kwargs)
            session.expire_all()
            return result

    return CommittingRunner(app)


@pytest.fixture
def count_statements(
    engine: Engine, session: Session
) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the SQL that runs in a block: `with count_statements() as statements: ...`.

    What only opens or shapes a transaction is left out, so both engines count alike.
    """

    @contextmanager
    def counting() -> Iterator[list[str]]:
        session.commit()
        statements: list[str] = []

        def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
            if not statement.startswith(NO_QUESTION_OF_OURS):
                statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


class Clock:
    """A clock that stands still until the test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        """Set the clock to a UTC instant."""
        if at.utcoffset() != timedelta(0):
            raise ValueError("the clock shows UTC")
        self.at = at

    def move_by(self, span: timedelta) -> None:
        """Let this much time pass."""
        self.at += span


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop every clock of the app on a Monday morning (23 November 2026, 9:00 UTC)."""
    standing = Clock(MONDAY_MORNING)
    monkeypatch.setattr("app.clock.now", standing.now)
    return standing


@pytest.fixture(autouse=True)
def _stay_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test that speaks to another machine: no mail, no fetch, no name look-up."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_at_home(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_home(address[0]):
            pytest.fail(f"the test tried to connect to {address}")
        connect(self, address)

    def look_up_at_home(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_home(host):
            pytest.fail(f"the test tried to look up {host}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect_at_home)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_at_home)


def _is_home(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        return False


@pytest.fixture(scope="session")
def project() -> Path:
    """Give the folder of the checkout."""
    return Path(__file__).resolve().parent.parent
