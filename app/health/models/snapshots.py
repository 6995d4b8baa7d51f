"""What was published after a wave: once, for good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agenda.models import CommitmentKind
from app.database import Base
from app.domain.personal import NOBODY
from app.people.models import Team


class Snapshot(Base):
    """Everything ever published of one wave. Append-only (I8).

    A correction is a new `revision` beside the old one. `formula` is the number of the formulas,
    `plan_digest` that of the release plan, `inputs_digest` of what was scored, `digest` of `body`:
    the same inputs under the same formulas give the same bytes.
    """

    __tablename__ = "snapshot"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("wave_id", "revision"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    revision: Mapped[int] = mapped_column(default=1)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    formula: Mapped[int]
    plan_digest: Mapped[str] = mapped_column(String(64))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    published_on: Mapped[date]
    body: Mapped[dict[str, Any]]


class PairFigure(Base):
    """The published figures of one directed pair in one wave; never fewer than five people (I7).

    `score` and the ends of the interval are exact; pages show them on the grid of the plan.
    """

    __tablename__ = "pair_figure"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("answers >= 5", name="rests_on_five"),
        CheckConstraint("source_team_id <> target_team_id", name="about_another_team"),
    )

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    source_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    target_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
    answers: Mapped[int]
    score: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    need: Mapped[float]
    body: Mapped[dict[str, Any]]

    snapshot: Mapped[Snapshot] = relationship(lazy="raise_on_sql")
    source: Mapped[Team] = relationship(foreign_keys=[source_team_id], lazy="raise_on_sql")
    target: Mapped[Team] = relationship(foreign_keys=[target_team_id], lazy="raise_on_sql")


class EffectStudy(Base):
    """What may be said about one kind of event after a publication. Append-only.

    `kind` is rotation, trip or session; `body` holds the verdict, its reasons and its numbers.
    """

    __tablename__ = "effect_study"
    __personal__ = NOBODY

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[dict[str, Any]]


class ContactStep(Base):
    """What the told contact of a pair grew by at a publication. Append-only.

    `until` (UTC) is where it stops counting; the next one goes on from there. `people` are 0 or
    five and more, so that no two sums ever told differ by the days of fewer.
    """

    __tablename__ = "contact_step"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("low_team_id < high_team_id", name="pair_in_order"),
        CheckConstraint("people >= 5 OR (people = 0 AND days = 0)", name="rests_on_five"),
        CheckConstraint("times > 0", name="tells_something"),
    )

    low_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    high_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
    kind: Mapped[CommitmentKind] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(primary_key=True)
    times: Mapped[int]
    people: Mapped[int]
    days: Mapped[int]
