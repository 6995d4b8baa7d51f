"""Nobody overwrites unseen (I5)."""

from __future__ import annotations

from app.database import Versioned
from app.domain.refusals import Stale


def check_version(row: Versioned, opened_on: int) -> None:
    """Raise Stale when the row changed since a form was opened on version `opened_on`."""
    if row.version != opened_on:
        raise Stale
