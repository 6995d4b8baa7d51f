"""`flask --app app backup FILE`: a copy of the database that is whole, taken while people work."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

UNTIL_THE_CLOSE = ("sealed_box", "ballot_mark", "comment_mark", "private_mail")
LEFT_OUT = " ".join(f"--exclude-table-data={table}" for table in UNTIL_THE_CLOSE)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Copy a SQLite database into FILE while the server runs, and check the copy.

    Copying the database file itself does not do: what was written last stands in another file.
    Who has answered an open survey or was reminded of it, and the sealed ballots, are left out of
    the copy: it outlives the survey. Restored, such a survey can be answered anew.
    """
    address = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if address.get_backend_name() != "sqlite":
        plain = address.set(drivername="postgresql").render_as_string(hide_password=True)
        raise click.ClickException(
            "This database is a PostgreSQL one, and its own program backs it up:\n"
            f"  pg_dump --format=custom {LEFT_OUT} --file={file} {plain}"
        )
    if file.exists():
        raise click.ClickException(f"{file} exists already; a backup never replaces a file.")

    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _copy(Path(address.database or ""), unfinished)
        _leave_out_open_surveys(unfinished)
        _check(unfinished)
        unfinished.replace(file)
    except (OSError, sqlite3.Error) as reason:
        raise click.ClickException(f"No backup was made: {reason}") from reason
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size // 1024} KiB, checked")


def _copy(source: Path, target: Path) -> None:
    """Write one consistent state, only for our own eyes, and wait until it is on the disk."""
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(source, timeout=30)) as database:
        database.execute("VACUUM INTO ?", (str(target),))
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _leave_out_open_surveys(copy: Path) -> None:
    """Take out of the copy what is deleted at a survey's close, and every trace of it."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=1")
        for table in UNTIL_THE_CLOSE:
            database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        database.execute("VACUUM")
    with copy.open("rb") as written:
        os.fsync(written.fileno())


def _check(copy: Path) -> None:
    """Raise sqlite3.DatabaseError unless the copy is whole and its references hold."""
    with closing(sqlite3.connect(f"file:{copy.resolve()}?mode=ro", uri=True)) as database:
        (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if verdict != "ok" or broken:
        raise sqlite3.DatabaseError(f"the copy is not whole ({verdict}, {len(broken)} references)")
