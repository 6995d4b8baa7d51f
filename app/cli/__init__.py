"""Commands for operators: `flask --app app COMMAND`."""

from __future__ import annotations

from flask import Flask


def set_up(app: Flask) -> None:
    """Register every command group."""
