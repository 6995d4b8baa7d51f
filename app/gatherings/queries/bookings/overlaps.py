"""Hard commitments of somebody that overlap a meeting of a date."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.agenda.models import Commitment
from app.gatherings.models import Meeting

Key = ColumnElement[int] | InstrumentedAttribute[int]


def overlapping(wanted: InstrumentedAttribute[Any], gathering: Key, person: Key) -> Select[Any]:
    """`wanted` of each such commitment, for keys of a gathering and a person; part of a query."""
    return (
        select(wanted)
        .join(
            Meeting,
            and_(Meeting.starts_at < Commitment.ends_at, Commitment.starts_at < Meeting.ends_at),
        )
        .where(
            Meeting.gathering_id == gathering,
            Meeting.active,
            Commitment.person_id == person,
            Commitment.active,
            Commitment.hard,
        )
    )
