"""Get ready for `make run`: newest schema, and a demo company when nobody is there.

Both commands run in one process, because loading the program takes longer than they do.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import create_app
from config import ConfigurationError

COMMANDS = (("db", "upgrade"), ("demo", "load", "--if-empty"))


def main() -> int:
    """Run the commands in order; the first that refuses ends it with status 2."""
    try:
        app = create_app()
        for words in COMMANDS:
            _run(app, *words)
    except (ConfigurationError, click.ClickException) as reason:
        print(f"Tandem cannot start: {reason}", file=sys.stderr)
        return 2
    return 0


def _run(app: Flask, *words: str) -> None:
    commands = FlaskGroup(create_app=lambda: app)
    commands.main(args=list(words), prog_name="flask", standalone_mode=False)


if __name__ == "__main__":
    sys.exit(main())
