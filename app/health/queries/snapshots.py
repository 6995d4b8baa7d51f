"""Published waves: the newest revision of each, and the figures of one pair through time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVarTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.health.models import PairFigure, Snapshot
from app.surveys.models import Wave
from app.surveys.queries import switch

Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class Published:
    """A wave as it was published: `body` is what `app.health.services.publishing` wrote."""

    snapshot_id: int
    wave_id: int
    title: str
    published_on: date
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """That a wave was published; `opens_on` is the day it opened."""

    wave_id: int
    title: str
    opens_on: date


def _newest() -> Select[Snapshot, str]:
    """Snapshots that no later revision replaces; none while figures are switched off."""
    return _unreplaced(select(Snapshot, Wave.title))


def _unreplaced(chosen: Select[*Row]) -> Select[*Row]:
    later = aliased(Snapshot)
    return (
        chosen.join(Wave, Wave.id == Snapshot.wave_id)
        .outerjoin(
            later, and_(later.wave_id == Snapshot.wave_id, later.revision > Snapshot.revision)
        )
        .where(later.id.is_(None), switch.holds())
    )


def titles(session: Session) -> list[Told]:
    """Every wave that was published, oldest first, without its figures. One statement."""
    rows = session.execute(
        _unreplaced(select(Snapshot.wave_id, Wave.title, Wave.opens_on)).order_by(
            Wave.opens_on, Snapshot.wave_id
        )
    )
    return [Told(*row) for row in rows]


def published(session: Session, *, limit: int = 12, until: Told | None = None) -> list[Published]:
    """The last waves published, up to the wave `until`, oldest first, at most `limit`.

    One statement.
    """
    chosen = _newest()
    if until is not None:
        chosen = chosen.where(
            or_(
                Wave.opens_on < until.opens_on,
                and_(Wave.opens_on == until.opens_on, Wave.id <= until.wave_id),
            )
        )
    rows = session.execute(
        chosen.order_by(Wave.opens_on.desc(), Snapshot.wave_id.desc()).limit(limit)
    ).all()
    return [
        Published(found.id, found.wave_id, title, found.published_on, found.body)
        for found, title in reversed(rows)
    ]


def find(session: Session, wave_id: int) -> Published | None:
    """A wave as it was published, or None. One statement."""
    row = session.execute(_newest().where(Snapshot.wave_id == wave_id)).first()
    if row is None:
        return None
    found, title = row
    return Published(found.id, found.wave_id, title, found.published_on, found.body)


def is_asked(session: Session, one: int, other: int) -> bool:
    """Whether the wave published last asked one of the two about the other. One statement."""
    waves = published(session, limit=1)
    asked = {*waves[0].body["pairs"], *waves[0].body["unpublished"]} if waves else set()
    return not asked.isdisjoint({f"{one}|{other}", f"{other}|{one}"})


def of_wave(session: Session, wave_id: int) -> Snapshot | None:
    """The newest revision of a wave's snapshot, or None. One statement."""
    return session.scalar(
        select(Snapshot)
        .where(Snapshot.wave_id == wave_id)
        .order_by(Snapshot.revision.desc())
        .limit(1)
    )


def unpublished(session: Session) -> list[int]:
    """Closed waves without a snapshot, oldest first; none while switched off. One statement."""
    return list(
        session.scalars(
            select(Wave.id)
            .outerjoin(Snapshot, Snapshot.wave_id == Wave.id)
            .where(
                Wave.closed_at.is_not(None),
                Wave.digest.is_not(None),
                Snapshot.id.is_(None),
                switch.holds(),
            )
            .order_by(Wave.opens_on, Wave.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of one directed pair in one wave."""

    wave_id: int
    source_id: int
    target_id: int
    answers: int
    body: dict[str, Any]


def through_time(session: Session, one: int, other: int) -> list[Standing]:
    """Both directions of a pair in every published wave, oldest first. One statement."""
    newest = (
        select(func.max(Snapshot.id).label("id")).group_by(Snapshot.wave_id).subquery()
    )  # revisions of a wave come one after the other, so the highest key is the newest
    rows = session.execute(
        select(PairFigure, Snapshot.wave_id)
        .join(Snapshot, Snapshot.id == PairFigure.snapshot_id)
        .join(newest, newest.c.id == Snapshot.id)
        .join(Wave, Wave.id == Snapshot.wave_id)
        .where(
            switch.holds(),
            PairFigure.source_team_id.in_((one, other)),
            PairFigure.target_team_id.in_((one, other)),
        )
        .order_by(Wave.opens_on, Wave.id, PairFigure.source_team_id)
    ).all()
    return [
        Standing(wave_id, row.source_team_id, row.target_team_id, row.answers, row.body)
        for row, wave_id in rows
    ]
