"""Who looks after a pair of teams."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.people.models.organisation import Team
from app.people.models.persons import Person


class Sponsor(Base):
    """A person looks after a pair of teams, from one of its sides, `[starts_on, ends_on)`."""

    __tablename__ = "sponsor"
    __table_args__ = (
        CheckConstraint("low_team_id < high_team_id", name="pair_in_order"),
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
        Index("ix_sponsor_pair", "low_team_id", "high_team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    high_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    low: Mapped[Team] = relationship(foreign_keys=[low_team_id], lazy="raise_on_sql")
    high: Mapped[Team] = relationship(foreign_keys=[high_team_id], lazy="raise_on_sql")
