"""Lots that were drawn among needy pairs, and what the next draw would choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.weak_pairs import neediest
from app.health.models import Draw, RemedyKind
from app.surveys.models import Wave

MOST_DRAWS = 24
Pair = tuple[int, int]


def in_need(body: Mapping[str, Any]) -> dict[Pair, float]:
    """Undirected pairs in need with their weights: those with published, well-founded figures."""
    return dict(neediest(body, at_most=len(body["weights"])))


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
