"""What was written about a team and may be read there, a week after the close at the earliest.

Nothing of it is told before, and of teams that fewer than ten people judged never anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.domain.waves import COMMENTS_AFTER
from app.people.models import Department
from app.surveys.models import CommentCount, ReleasedComment, Wave

MOST_WAVES = 60  # fifteen years of quarters


@dataclass(frozen=True, slots=True)
class Voices:
    """How many comments about a team were written in a wave, and how many may be read."""

    wave_id: int
    title: str
    team_id: int
    written: int
    readable: int


@dataclass(frozen=True, slots=True)
class Voice:
    """One comment. `department` is its writers', or None where all raters stand together."""

    item: str
    department: str | None
    text: str


def about(session: Session, teams: Collection[int], *, today: date) -> list[Voices]:
    """What was written about these teams, newest wave first. One statement."""
    rows = session.execute(
        select(
            Wave.id, Wave.title, CommentCount.target_id, CommentCount.written, CommentCount.readable
        )
        .join(Wave, Wave.id == CommentCount.wave_id)
        .where(CommentCount.target_id.in_(teams), _is_released(today))
        .order_by(Wave.opens_on.desc(), Wave.id.desc(), CommentCount.target_id)
        .limit(MOST_WAVES)
    )
    return [Voices(*row) for row in rows]


def texts(session: Session, voices: Voices, *, offset: int = 0, limit: int = 25) -> Sequence[Voice]:
    """One page of what may be read, by question; within it the order is a random one.

    `voices` comes from `about`, so that nothing is read too early. One statement.
    """
    rows = session.execute(
        select(ReleasedComment.item, Department.name, ReleasedComment.text)
        .outerjoin(Department, Department.id == ReleasedComment.department_id)
        .where(
            ReleasedComment.wave_id == voices.wave_id, ReleasedComment.target_id == voices.team_id
        )
        .order_by(ReleasedComment.item, Department.name, ReleasedComment.key)  # random keys
        .offset(offset)
        .limit(limit)
    )
    return [Voice(*row) for row in rows]


def _is_released(today: date) -> ColumnElement[bool]:
    """Whether a week has passed since the day of the close."""
    last_close = today - COMMENTS_AFTER + timedelta(days=1)
    return Wave.closed_at < datetime.combine(last_close, time.min, UTC)
