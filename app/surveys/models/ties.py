"""Which teams work with each other."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.domain.personal import NOBODY
from app.people.models import Team


class Tie(Base):
    """Members of `source` rate how it is to work with `target`, in `[starts_on, ends_on)`.

    Directed: the other direction is a tie of its own. `importance` in quarters is management's
    word on how much the pair counts; without one the members' own answers say it.
    """

    __tablename__ = "tie"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("source_id <> target_id", name="joins_two_teams"),
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("importance IN (0.25, 0.5, 0.75, 1.0)", name="importance_in_quarters"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    importance: Mapped[float | None]

    source: Mapped[Team] = relationship(foreign_keys=[source_id], lazy="raise_on_sql")
    target: Mapped[Team] = relationship(foreign_keys=[target_id], lazy="raise_on_sql")
