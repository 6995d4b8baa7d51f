"""`flask --app app grants OWNER PROGRAM`: SQL that keeps what was published from the program."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.database import db, reading
from migrations import roles


@click.command("grants")
@click.argument("owner")
@click.argument("program")
@with_appcontext
def grants(owner: str, program: str) -> None:
    """Print SQL for a superuser: OWNER gets the tables that only grow, PROGRAM all others.

    OWNER is the role of migrations, PROGRAM that of web server and worker. Run it again after
    each migration. For PostgreSQL.
    """
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException("SQLite knows no roles: whoever may write the file may do all.")
    with reading() as session:
        for statement in roles.grants(session.connection(), owner, program):
            click.echo(f"{statement};")
