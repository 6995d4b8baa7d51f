"""Commitments: the common coin of calendars, clashes and the contact ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class CommitmentKind(StrEnum):
    """Where a commitment comes from."""

    STAY = "stay"


class Commitment(Base):
    """A person is somewhere in `[starts_at, ends_at)`, UTC.

    Two active hard commitments of one person never overlap (I3): an exclusion constraint on
    PostgreSQL, triggers on SQLite, both named `ex_commitment_one_place`. Soft ones only warn.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        UniqueConstraint("kind", "source_id", "person_id"),
        Index("ix_commitment_person_span", "person_id", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[CommitmentKind]
    source_id: Mapped[int]  # key of the stay (booking, …) it stands for
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hard: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
    home_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    host_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
