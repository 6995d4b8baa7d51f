"""`flask audit …`: prove that nobody changed the audit log."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.audit import services
from app.database import reading

audit = AppGroup("audit", help="The audit log and its chain.")


@audit.command("verify")
def verify() -> None:
    """Walk the whole chain; status 1 and the first entry that does not fit, if any."""
    with reading() as session:
        verdict = services.verify(session)
    if verdict.broken_at is None:
        click.echo(f"The chain is whole: {verdict.entries} entries.")
        return
    click.echo(f"The chain is broken at entry {verdict.broken_at}: {verdict.problem}.", err=True)
    sys.exit(1)
