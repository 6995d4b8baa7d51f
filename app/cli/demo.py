"""Commands for the demo company; none of them exists in production."""

from __future__ import annotations

import importlib
import json

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

import config
from app import clock
from app.database import reading, unit_of_work
from app.people.queries.organisation import sites
from app.surveys.services.keys import KeyFolder

demo = AppGroup("demo", help="The demo company: never in production.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people already.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same company.")
@with_appcontext
def load(*, if_empty: bool, seed: int) -> None:
    """Fill an empty database with the demo company."""
    _refuse_in_production()
    with reading() as session:
        empty = not sites(session)
    if not empty:
        if if_empty:
            return
        raise click.ClickException("There are people already; the demo needs an empty database.")
    # The seed stands above the app and is loaded for this command only.
    seeding = importlib.import_module("seed.load")
    settings: config.Settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        keys = KeyFolder(settings.survey_keys)
        seeding.load(session, now=clock.now(), seed=seed, keys=keys)
    click.echo("The demo company is ready.")


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for scripts.")
@with_appcontext
def accounts(*, as_json: bool) -> None:
    """Show the demo accounts and the password they share."""
    _refuse_in_production()
    seeding = importlib.import_module("seed.accounts")
    with reading() as session:
        found = seeding.accounts(session)
    if as_json:
        click.echo(json.dumps({"password": seeding.PASSWORD, "accounts": found}, indent=2))
        return
    click.echo("\n".join(_lines(found, seeding.PASSWORD)) or "There is no demo company here.")


def shown_accounts() -> list[str]:
    """The demo accounts as lines to print; empty without the demo company."""
    seeding = importlib.import_module("seed.accounts")
    with reading() as session:
        found = seeding.accounts(session)
    return _lines(found, seeding.PASSWORD)


def _lines(found: list[dict[str, str]], password: str) -> list[str]:
    if not found:
        return []
    width = max(len(account["email"]) for account in found)
    return [
        *(f"  {row['role']:<14} {row['email']:<{width}}  {row['note']}" for row in found),
        f"  Password of all of them: {password}",
    ]


def _refuse_in_production() -> None:
    settings: config.Settings = current_app.extensions["settings"]
    if not settings.demo_allowed:
        raise click.ClickException("There is no demo in production.")
