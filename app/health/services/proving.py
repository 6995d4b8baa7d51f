"""Prove that what was published is still what was published, and follows from what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import scoring
from app.health.models import PairFigure, Snapshot
from app.health.queries import snapshots
from app.health.services.publishing import FIGURE, MOST_WAVES, computed, figures_of
from app.health.services.writing import inputs_digest, sha256, written
from app.surveys.queries.results import results


def every(session: Session) -> list[int]:
    """Keys of all snapshots, oldest first. One statement."""
    return list(session.scalars(select(Snapshot.id).order_by(Snapshot.id)))


def changed(session: Session, snapshot_id: int) -> Iterator[str]:
    """What does not fit together in a stored snapshot any more, as sentences.

    Its bytes against their digest, its pairs against the rows beside it. Two statements.
    """
    snapshot = session.get_one(Snapshot, snapshot_id)
    body = snapshot.body
    if sha256(written(body)) != snapshot.digest:
        yield "its bytes are not those that were published"
        return
    stored = [
        (*(getattr(row, name) for name in FIGURE[1:-1]), row.body)
        for row in session.scalars(select(PairFigure).where(PairFigure.snapshot_id == snapshot_id))
    ]
    expected = [
        (*figures_of(body, name), {**figures, "change": body["changes"].get(name)})
        for name, figures in body["pairs"].items()
    ]
    if sorted(stored, key=_pair) != sorted(expected, key=_pair):
        yield "the figures of its pairs are not those that were published"


def _pair(row: tuple[Any, ...]) -> tuple[int, int]:
    return row[0], row[1]


def differs(session: Session, snapshot_id: int) -> Iterator[str]:
    """How a snapshot differs from what its answers, counts and earlier waves give again.

    Answers, counts, frozen teams, wordings and earlier snapshots are all kept, so that nothing
    else is needed but the formulas: one of another version is named and not computed. Loads numpy.
    """
    snapshot = session.get_one(Snapshot, snapshot_id)
    if snapshot.formula != int(scoring.FORMULA_VERSION):
        yield f"formula {snapshot.formula} is not that of this program"
        return
    found = results(session, snapshot.wave_id)
    if found is None:
        yield "its wave is not closed"
        return
    if inputs_digest(found) != snapshot.inputs_digest:
        yield "the answers or counts are not those it was computed from"
        return
    earlier = snapshots.published(session, limit=_ALL)
    place = [wave.wave_id for wave in earlier].index(snapshot.wave_id)
    before = [wave.body for wave in earlier[max(0, place - MOST_WAVES) : place]]
    _score, body = computed(session, found, before)
    if sha256(written(body)) != snapshot.digest:
        names = sorted(name for name in body if body[name] != snapshot.body.get(name))
        yield f"computed anew it differs in: {', '.join(names) or 'what is left out'}"


_ALL = 100_000
