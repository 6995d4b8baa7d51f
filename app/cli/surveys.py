"""`flask survey …`: prove that nobody changed what was counted and published."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from flask.cli import AppGroup, with_appcontext

from app.database import UnitOfWork, reading
from app.health.services import proving
from app.surveys.jobs.waves import keys
from app.surveys.queries.results import closed_waves
from app.surveys.services.signing import is_signed, signed_text

survey = AppGroup("survey", help="What surveys counted and published.")


@survey.command("verify")
@click.option("--key", "public", help="The public key from the data sheet; else this instance's.")
@with_appcontext
def verify(public: str | None) -> None:
    """Check the signed protocol of every close; status 1 when one does not fit."""
    public = public or bytes(keys().signer().verify_key).hex()
    with reading() as session:
        verdicts = [
            (wave.id, wave.title, is_signed(wave, public)) for wave in closed_waves(session)
        ]
    for wave_id, title, fits in verdicts:
        click.echo(f"wave {wave_id} ({title}): {'ok' if fits else 'NOT what this key signed'}")
    click.echo(f"{len(verdicts)} protocols, key {public}")
    if not all(fits for _id, _title, fits in verdicts):
        sys.exit(1)


@survey.command("protocol")
@click.argument("wave_id", type=int)
@with_appcontext
def protocol(wave_id: int) -> None:
    """Print the signed text of a close, to be checked elsewhere; its signature goes to stderr."""
    with reading() as session:
        found = next((wave for wave in closed_waves(session) if wave.id == wave_id), None)
        if found is None:
            raise click.ClickException(f"no closed wave has the number {wave_id}")
        click.echo(signed_text(found).decode(), nl=False)
        click.echo(f"signature {found.signature}\nkey {found.signed_by}", err=True)


@survey.command("recompute")
@with_appcontext
def recompute() -> None:
    """Compute everything published anew from what was kept; status 1 when a byte differs."""
    with reading() as session:
        found = {key: list(_faults(session, key)) for key in proving.every(session)}
    for key, faults in found.items():
        click.echo(f"snapshot {key}: {'; '.join(faults) or 'the same bytes'}")
    click.echo(f"{len(found)} snapshots")
    if any(found.values()):
        sys.exit(1)


def _faults(session: UnitOfWork, snapshot_id: int) -> Iterator[str]:
    yield from proving.changed(session, snapshot_id)
    yield from proving.differs(session, snapshot_id)
