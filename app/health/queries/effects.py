"""What may be said about rotations, field trips and trainings: written once, only read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.health.models import EffectStudy


def of_snapshot(session: Session, snapshot_id: int) -> dict[str, Mapping[str, Any]]:
    """The studies written after a publication, by kind. One statement."""
    rows = session.scalars(select(EffectStudy).where(EffectStudy.snapshot_id == snapshot_id))
    return {row.kind: row.body for row in rows}
