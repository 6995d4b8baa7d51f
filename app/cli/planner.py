"""`flask planner`: plan, explain and check files; only `export` asks the database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock
from app.database import reading
from app.planner import commands
from app.rotations.queries import company
from app.rotations.queries.plans import find_by_name as find_round
from app.rotations.services import instances

planner_commands = AppGroup("planner", help="Plan rotations from files.")


@planner_commands.command()
@click.argument("instance")
@click.option("-o", "--output", help="Where to write the plan; standard output without it.")
@click.option("--time", type=click.FloatRange(min=0), default=60.0, help="Seconds at most.")
@click.option("--seed", type=int, help="The file's seed without it.")
@click.option("--gap", type=click.FloatRange(min=0), default=0.0, help="Per cent to stop at.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Threads of the solver.")
@click.option("--max-changes", type=click.IntRange(min=0), help="Published stays that may go.")
@click.option("--balanced", is_flag=True, help="Trade changes for real gains.")
@click.option("--start", help="A plan file to begin from.")
@click.option("--keep", is_flag=True, help="Write every better plan at once.")
@click.option("--progress", is_flag=True, help="JSON lines on standard error.")
def solve(instance: str, output: str | None, **options: object) -> None:
    """Plan an instance (rotation-instance/1)."""
    asked = commands.SolveOptions(**options)  # type: ignore[arg-type]
    sys.exit(commands.answer(lambda: commands.run_solve(instance, output, asked)))


@planner_commands.command()
@click.argument("instance")
@click.argument("plan")
@click.option("-o", "--output", help="Where to write; standard output without it.")
def explain(instance: str, plan: str, output: str | None) -> None:
    """Give the reasons of a plan, person by person."""
    sys.exit(commands.answer(lambda: commands.run_explain(instance, plan, output)))


@planner_commands.command()
@click.argument("instance")
@click.option("-o", "--output", help="Where to write; standard output without it.")
def conflict(instance: str, output: str | None) -> None:
    """Name a minimal set of facts that cannot hold together."""
    sys.exit(commands.answer(lambda: commands.run_conflict(instance, output)))


@planner_commands.command()
@click.argument("instance")
@click.argument("plan")
def check(instance: str, plan: str) -> None:
    """Verify a plan independently of the solver."""
    sys.exit(commands.answer(lambda: commands.run_check(instance, plan)))


@planner_commands.command()
@click.argument("round_name", metavar="ROUND")
@click.option("-o", "--output", help="Where to write; standard output without it.")
def export(round_name: str, output: str | None) -> None:
    """Write a round (its number or its name) as rotation-instance/1, as things stand today."""
    with reading() as session:
        found = find_round(session, round_name)
        if found is None:
            raise click.ClickException(f"There is no round {round_name!r}.")
        today = clock.now().astimezone(company.zone(session)).date()
        text = json.dumps(instances.export(session, found, today=today), indent=1) + "\n"
    if output in (None, "-"):
        click.echo(text, nl=False)
        return
    try:
        Path(str(output)).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error
