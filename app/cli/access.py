"""`flask access …`: the first administrator, and who may go where."""

from __future__ import annotations

import click
from flask import current_app, url_for
from flask.cli import AppGroup

import config
from app import clock
from app.cli import matrix
from app.database import unit_of_work
from app.people.services import first_administrator

PAGE = config.ROOT / "docs" / "permissions.md"
access = AppGroup("access", help="Who may come in, and who may go where.")


@access.command("first-admin")
def first_admin() -> None:
    """Print a single-use link for the first administrator, while there is none."""
    with unit_of_work() as session:
        token = first_administrator.offer(session, at=clock.now())
    if token is None:
        click.echo("There is an administrator already.")
        return
    settings: config.Settings = current_app.extensions["settings"]
    with current_app.test_request_context():
        path = url_for("arrival.open_link", token=token)
    click.echo("Tandem has no administrator yet. This link works once and for 72 hours:")
    click.echo(settings.base_url + path)


@access.command("matrix")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--write", is_flag=True, help="Write docs/permissions.md.")
def show_matrix(*, as_json: bool, write: bool) -> None:
    """Print which role may use which route, and what the others get."""
    found = matrix.rows(current_app)
    if write:
        PAGE.write_text(matrix.as_markdown(found), encoding="utf-8")
        click.echo(f"{PAGE.relative_to(config.ROOT)}: {len(found)} rows")
        return
    click.echo(matrix.as_json(found) if as_json else matrix.as_markdown(found), nl=False)
