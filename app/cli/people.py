"""`flask --app app people …`: what operators do for the people room."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app import clock
from app.database import unit_of_work
from app.people.services import holidays as service

people = AppGroup("people", help="People, teams and sites.")


@people.command()
def holidays() -> None:
    """Fill the public holidays of every site, and put right what was announced since."""
    with unit_of_work() as session:
        written = service.fill(session, today=clock.now().date(), anew=True)
    click.echo(f"{written} public holidays written.")
