"""Placements: what host teams offer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal
from app.people.models import Person, Site, Skill, Team
from app.rotations.models.rounds import Round


class PlacementState(StrEnum):
    """Only offered placements can be chosen and planned."""

    DRAFT = "draft"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class Placement(Versioned, Base):
    """One real task in a host team, `duration` blocks long, for up to `seats` people at a time.

    It may begin in blocks `first_start` to `last_start` (both included, 0-based). `share` is the
    percentage of working time, `remote_ok` says it can be done from elsewhere.
    """

    __tablename__ = "placement"
    __personal__ = Personal(others={"buddy_id": (), "created_by": ()})
    __table_args__ = (
        CheckConstraint("duration BETWEEN 1 AND 60", name="has_a_duration"),
        CheckConstraint("0 <= first_start AND first_start <= last_start", name="start_window"),
        CheckConstraint("seats BETWEEN 1 AND 50", name="has_seats"),
        CheckConstraint("share BETWEEN 10 AND 100", name="share_is_a_percentage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    host_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    title: Mapped[str] = mapped_column(String(120))
    task: Mapped[str] = mapped_column(Text)
    learning: Mapped[str] = mapped_column(Text, default="")
    duration: Mapped[int]
    first_start: Mapped[int]
    last_start: Mapped[int]
    seats: Mapped[int] = mapped_column(default=1)
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remote_ok: Mapped[bool] = mapped_column(default=False)
    share: Mapped[int] = mapped_column(default=100)
    state: Mapped[PlacementState] = mapped_column(default=PlacementState.DRAFT, index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    round: Mapped[Round] = relationship(lazy="raise_on_sql")
    host: Mapped[Team] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    buddy: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    skills: Mapped[list[PlacementSkill]] = relationship(
        back_populates="placement", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class PlacementSkill(Base):
    """A skill a placement asks for: required, or merely welcome."""

    __tablename__ = "placement_skill"
    __personal__ = NOBODY

    placement_id: Mapped[int] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)
    required: Mapped[bool] = mapped_column(default=True)

    placement: Mapped[Placement] = relationship(back_populates="skills", lazy="raise_on_sql")
    skill: Mapped[Skill] = relationship(lazy="raise_on_sql")


class ActionPlacement(Base):
    """A placement that was offered, or named, for an action about a pair of teams.

    The database adds rows to planned actions only (`ck_action_placement_planned`).
    """

    __tablename__ = "action_placement"
    __personal__ = Personal(others={"started_by": ()})

    action_id: Mapped[int] = mapped_column(
        ForeignKey("action.id", ondelete="CASCADE"), primary_key=True
    )
    placement_id: Mapped[int] = mapped_column(
        ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
