"""`flask greet`: what an operator should see right after a start."""

from __future__ import annotations

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

import config
from app import clock
from app.cli.demo import shown_accounts
from app.database import unit_of_work
from app.people.services import first_administrator


@click.command("greet")
@with_appcontext
def greet() -> None:
    """Print the demo accounts, or the link for the first administrator while there is none."""
    for line in greeting():
        click.echo(line)


def greeting() -> list[str]:
    """What `flask greet` prints, line by line; empty when there is nothing to say."""
    settings: config.Settings = current_app.extensions["settings"]
    lines = shown_accounts() if settings.demo_allowed else []
    if lines:
        return ["", "Demo accounts:", *lines]
    with unit_of_work() as session:
        token = first_administrator.offer(session, at=clock.now())
    if token is None:
        return []
    with current_app.test_request_context():
        path = url_for("arrival.open_link", token=token)
    told = "There is no administrator yet. This link works once and for 72 hours:"
    return [told, settings.base_url + path]
