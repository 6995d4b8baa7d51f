"""Who looks after a pair of teams."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.domain.personal import Personal
from app.people.models.organisation import Team
from app.people.models.persons import Person


class Sponsor(Base):
    """A person looks after a pair of teams, from the side of `team_id`, `[starts_on, ends_on)`.

    Each side has one at a time, so a pair has two at most; a guard holds that in the database.
    """

    __tablename__ = "sponsor"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("low_team_id < high_team_id", name="pair_in_order"),
        CheckConstraint("team_id IN (low_team_id, high_team_id)", name="from_one_side"),
        CheckConstraint("ends_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
        Index("ix_sponsor_pair", "low_team_id", "high_team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    high_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    team: Mapped[Team] = relationship(foreign_keys=[team_id], lazy="raise_on_sql")
    low: Mapped[Team] = relationship(foreign_keys=[low_team_id], lazy="raise_on_sql")
    high: Mapped[Team] = relationship(foreign_keys=[high_team_id], lazy="raise_on_sql")
