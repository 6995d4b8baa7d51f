"""Lots that were drawn among needy pairs, and what the next draw would choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agenda.models import CommitmentKind
from app.domain import needs as domain
from app.domain.needs import Turn
from app.domain.weak import neediest
from app.health.models import Draw, RemedyKind, Snapshot
from app.health.queries import contact
from app.surveys.models import Wave

MOST_DRAWS = 24
LOOK_AHEAD = timedelta(days=366)
COMMITMENT_OF = {
    RemedyKind.ROTATION: CommitmentKind.STAY,
    RemedyKind.TRIP: CommitmentKind.TRIP,
    RemedyKind.SESSION: CommitmentKind.SESSION,
}
Pair = tuple[int, int]


def in_need(body: Mapping[str, Any]) -> dict[Pair, float]:
    """Undirected pairs in need with their weights: those with published, well-founded figures."""
    return dict(neediest(body, at_most=len(body["weights"])))


def in_lots(
    session: Session, snapshot: Snapshot, kind: RemedyKind, *, at: datetime
) -> dict[Pair, float]:
    """The pairs among which lots of a kind are drawn after a wave, with their weights.

    Those that drew a blank before and still follow are left out: they come first anyway. Up to
    three statements.
    """
    turn_of = turns(session, snapshot.wave_id, kind, at=at)
    return {
        pair: weight
        for pair, weight in in_need(snapshot.body).items()
        if turn_of.get(pair) is not Turn.FOLLOWS
    }


def turns(session: Session, wave_id: int, kind: RemedyKind, *, at: datetime) -> dict[Pair, Turn]:
    """Whose turn it is after a wave, by the lots of a kind.

    One statement, two more where somebody drew a blank after an earlier wave. Contact counts that
    has begun at `at` or begins within a year.
    """
    rows = session.scalars(select(Draw).where(Draw.kind == kind).order_by(Draw.id)).all()
    lots = [_lots(row) for row in rows]
    last: dict[Pair, date] = {}
    if any(one.wave_id != wave_id for one in lots):
        for pair, began in contact.beginnings(session, at=at + LOOK_AHEAD).items():
            days = [one.on for one in began if one.kind is COMMITMENT_OF[kind]]
            last[pair] = max(days, default=date.min)
    return domain.turns(lots, newest=wave_id, last_contact=last)


def _lots(row: Draw) -> domain.Lots:
    drawn = frozenset((low, high) for low, high in row.drawn)
    listed = frozenset((low, high) for low, high in row.pairs)
    return domain.Lots(row.wave_id, drawn, listed - drawn, row.drawn_at.date())


def latest(session: Session) -> Sequence[tuple[Draw, str]]:
    """The last draws with the titles of their waves, newest first. One statement."""
    rows = session.execute(
        select(Draw, Wave.title)
        .join(Wave, Wave.id == Draw.wave_id)
        .order_by(Draw.drawn_at.desc(), Draw.id.desc())
        .limit(MOST_DRAWS)
    ).all()
    return [(row[0], row[1]) for row in rows]


def of_wave(session: Session, wave_id: int) -> dict[RemedyKind, Draw]:
    """The draws of a wave by kind. One statement."""
    rows = session.scalars(select(Draw).where(Draw.wave_id == wave_id))
    return {draw.kind: draw for draw in rows}


def every(session: Session) -> Sequence[Draw]:
    """All draws, oldest first. One statement."""
    return session.scalars(select(Draw).order_by(Draw.id)).all()
