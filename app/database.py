"""The database: column types, engine rules of both engines, units of work.

Every write runs in `unit_of_work()`, every page that only reads in `reading()`. SQLite takes its
write lock at the start of a unit of work (BEGIN IMMEDIATE), so that a read-then-write never loses
a race half-way; a reading session cannot write on either engine.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    Table,
    event,
    func,
    insert,
    inspect,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    registry,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.domain.personal import Personal
from app.domain.refusals import Outrun
from app.line import line_of
from app.readers import reader

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_RULES = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was acknowledged survives a power loss
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else INSERT OR REPLACE walks past append-only triggers
    "secure_delete": 1,
    "busy_timeout": 10000,  # ms
}
READS_ONLY = {"reads_only": True, "postgresql_readonly": True}  # the latter begins with BEGIN
BUSY_SECONDS = 10.0  # as long as the file's own lock is waited for, and each of PostgreSQL's
_PATIENCE = (  # unless the operator has said how long
    "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; anything else is a bug and is refused before it is stored."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() != UTC.utcoffset(None):
            raise ValueError("instants are stored in UTC")
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table. Each says in `__personal__` what it holds about people."""

    __personal__: ClassVar[Personal]

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            StrEnum: Enum(
                StrEnum,
                native_enum=False,
                length=32,
                create_constraint=False,
                values_callable=lambda kind: [member.value for member in kind],
            ),
            dict[str, Any]: JSON(none_as_null=True),
            list[Any]: JSON(none_as_null=True),
        },
    )


class Written(dict[str, Any]):
    """A JSON value whose text is known already, so that it is not written a second time."""

    def __init__(self, value: Mapping[str, Any], text: str) -> None:
        super().__init__(value)
        self.text = text


def json_text(value: object) -> str:
    """A value as JSON columns store it."""
    return value.text if isinstance(value, Written) else json.dumps(value)


class Versioned:
    """A row people edit: `version` counts its changes, so that nobody overwrites unseen (I5)."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class over
        return {"version_id_col": cast("Any", cls).__table__.c.version}


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False}
)
UnitOfWork: TypeAlias = Session  # what views hand on; they never import SQLAlchemy themselves
Unavailable = OperationalError  # the database is away, locked or full
at_start: list[Callable[[Session], None]] = []  # what every unit of work does first


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class sha256_hex(FunctionElement[str]):  # noqa: N801 - read as the function of SQL that it is
    """The SHA-256 of a text (UTF-8) as hex, computed by the database in the middle of a statement.

    SQLite gets it from us on every connection.
    """

    type = String()
    name = "sha256_hex"
    inherit_cache = True


@compiles(sha256_hex)
def _sha256_of_ours(element: Any, compiler: Any, **words: Any) -> str:
    return f"sha256_hex({compiler.process(element.clauses, **words)})"


@compiles(sha256_hex, "postgresql")
def _sha256_of_postgresql(element: Any, compiler: Any, **words: Any) -> str:
    return (
        f"encode(sha256(convert_to({compiler.process(element.clauses, **words)}, 'UTF8')), 'hex')"
    )


def wait_in_line(line: int, key: ColumnElement[int]) -> ColumnElement[bool]:
    """A condition that PostgreSQL fulfils once it is our turn in a line; kept to the end of ours.

    Those who wait for a row that changes under their eyes are woken in no order, and the unlucky
    ones starve; advisory locks are handed on first come, first served. Correctness never rests on
    them: the row is locked as well. `line` names what is lined up for, `key` which one of it.
    """
    return func.pg_advisory_xact_lock(line, key).is_not(None)


@event.listens_for(Engine, "connect")
def _obey_the_rules(connection: object, _record: object) -> None:
    """Set SQLite's rules on every new connection, and on PostgreSQL's how long it waits."""
    if isinstance(connection, psycopg.Connection):
        connection.execute(_PATIENCE, [f"{BUSY_SECONDS}s"])
        connection.commit()
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)
    cursor = connection.cursor()
    for name, value in SQLITE_RULES.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("glances", False):
        return
    if connection.dialect.name == "sqlite":
        reads_only = options.get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Commit on the way out, roll back on any exception. One per request, job or command.

    Raises Outrun when a version was counted on by somebody else meanwhile (I5), so that whoever
    answers a Stale form by showing both versions answers the narrowest race alike.
    """
    session = cast("Session", db.session())
    _end_reading(session)
    session.expire_all()  # what was read before is looked at anew, under our own lock
    with _in_line(session):
        try:
            for first in at_start:
                first(session)
            yield session
            session.commit()
        except StaleDataError as error:
            session.rollback()
            raise Outrun from error
        except BaseException:
            session.rollback()
            raise


def _in_line(session: Session) -> AbstractContextManager[None]:
    """On SQLite, let everybody on this machine write in the order in which they came."""
    bind = session.get_bind()
    if bind.dialect.name != "sqlite":
        return nullcontext()
    return line_of(bind.engine.url.database).turn(BUSY_SECONDS)


@contextmanager
def reading() -> Iterator[Session]:
    """A session that cannot write, and holds no lock others wait for.

    What was loaded stays readable after the block: a rollback would expire it, and each object
    would be fetched again, one by one and in a writing transaction.
    """
    session = cast("Session", db.session())
    with _read_only(session):
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        if session.new or session.dirty or session.deleted:
            session.rollback()
        else:
            session.commit()


@contextmanager
def _read_only(session: Session) -> Iterator[None]:
    """Begin a transaction that cannot write, unless one is open already."""
    if session.in_transaction():
        yield
        return
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        session.connection(execution_options=READS_ONLY)
        yield
        return
    with reader(engine) as connection:
        session.connection(bind_arguments={"bind": connection}, execution_options=READS_ONLY)
        yield


@contextmanager
def glancing(engine: Engine | None = None) -> Iterator[Connection]:
    """A connection for one or two questions that must cost next to nothing; it only reads.

    Each question sees what is committed at its moment; nobody waits for it, and nothing is kept
    open behind it. `engine` is needed outside of the app's context. Raises Unavailable.
    """
    with (engine or db.engine).connect() as connection:
        yield connection.execution_options(glances=True)


def _end_reading(session: Session) -> None:
    """Leave a transaction that an earlier read left open, so that ours begins as a writing one."""
    if session.in_transaction() and not (session.new or session.dirty or session.deleted):
        session.rollback()


def insert_rows(session: Session, rows: Sequence[Base]) -> None:
    """Insert new objects of one table in one statement, past the session.

    They stay plain objects that the session does not know, which costs a third of a flush.
    """
    values = [_values_of(row) for row in rows]
    session.connection().execute(_insert_into(type(rows[0])), values)


def insert_row(session: Session, row: Base) -> int:
    """As `insert_rows`, for one object whose key the database makes; gives it."""
    statement = _insert_and_tell_key(type(row))
    return int(session.connection().execute(statement, _values_of(row)).scalar_one())


def _values_of(row: Base) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}


@lru_cache(maxsize=128)
def _insert_into(model: type[Base]) -> Any:
    return insert(cast("Table", inspect(model).local_table))


@lru_cache(maxsize=128)
def _insert_and_tell_key(model: type[Base]) -> Any:
    return _insert_into(model).returning(*inspect(model).local_table.primary_key)


Computed: TypeAlias = tuple[tuple[str, ColumnElement[Any]], ...]
_INSERTS: dict[str, Callable[[Table], Any]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_ignoring_twins(session: Session, model: type[Base], **values: object) -> bool:
    """Insert one row unless a unique key already holds its twin; says whether it was inserted."""
    return insert_unless_known(session, cast("Table", inspect(model).local_table), values)


def insert_unless_known(
    session: Session, table: Table, row: Mapping[str, object], computed: Computed = ()
) -> bool:
    """As `insert_ignoring_twins`, by the table.

    `computed` are columns that the database works out; what their expressions ask for, by the
    names of their parameters, stands in `row` as well.
    """
    statement = _insert_unless_known(session.get_bind().dialect.name, table, computed)
    return session.connection().execute(statement, row).first() is not None


@lru_cache(maxsize=128)
def _insert_unless_known(engine: str, table: Table, computed: Computed) -> Any:
    """Made once per table: building it costs more than carrying it out."""
    plain = _INSERTS[engine](table)
    statement = plain.values(dict(computed)) if computed else plain
    return statement.on_conflict_do_nothing().returning(*table.primary_key)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's collector from looking through very many new values again and again.

    For work that makes hundreds of thousands of them, none of which refers back to itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def insert_many(
    session: Session,
    model: type[Base],
    columns: Sequence[str],
    rows: Iterable[tuple[object, ...]],
) -> None:
    """Insert rows of plain values, of which there may be very many: a copy on PostgreSQL.

    Rows are taken one by one and handed to the driver as they are, whose errors are raised.
    """
    table = cast("Table", inspect(model).local_table)
    connection = session.connection()
    driver = cast("Any", connection.connection)
    names = ", ".join(columns)
    with closing(driver.cursor()) as cursor:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - of ours
            cursor.executemany(statement, rows)
