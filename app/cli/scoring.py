"""`flask scoring`: score a company from files; asks no database."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.scoring import commands

scoring_commands = AppGroup("scoring", help="Score surveys from files.")


@scoring_commands.command()
@click.argument("answers")
@click.argument("cells")
@click.argument("teams")
@click.option("-o", "--output", help="Where to write; standard output without it.")
def run(answers: str, cells: str, teams: str, output: str | None) -> None:
    """Score ANSWERS, CELLS and TEAMS (CSV) wave by wave and write one JSON file."""
    sys.exit(commands.run(answers, cells, teams, output))
