"""Plans: computed scenarios of a round, the stays they propose, and HR's pins and forbids."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import Fate, Personal, StandIn
from app.people.models import Person, Team
from app.rotations.models.placements import Placement
from app.rotations.models.rounds import Round


class PlanState(StrEnum):
    """The life of one computation."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


class Plan(Versioned, Base):
    """One scenario of a round.

    `instance` is the planner's input as it was when the plan was asked for (planner file format),
    so that every result can be checked again. `progress` holds the latest {phase, score, bound,
    gap, seconds}. A worker computes it under a lease; when the lease runs out another one starts
    again from `best`. `score` and `bound` are integers of the planner's objective; `proven` says
    the two met.
    """

    __tablename__ = "plan"
    __personal__ = Personal(others={"created_by": ()})
    __table_args__ = (
        CheckConstraint("time_limit BETWEEN 1 AND 3600", name="time_limit_in_seconds"),
        Index(
            "uq_plan_in_force",
            "round_id",
            unique=True,
            sqlite_where=text("in_force"),
            postgresql_where=text("in_force"),
        ),
        Index(
            "ix_plan_open",
            "state",
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[PlanState] = mapped_column(default=PlanState.QUEUED)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    is_replan: Mapped[bool] = mapped_column(default=False)
    time_limit: Mapped[int] = mapped_column(default=60)  # seconds
    settings: Mapped[dict[str, Any]]
    instance: Mapped[str] = mapped_column(Text)
    progress: Mapped[dict[str, Any]]
    best: Mapped[str | None] = mapped_column(Text)  # plan file of the best found so far
    score: Mapped[int | None]
    bound: Mapped[int | None]
    proven: Mapped[bool] = mapped_column(default=False)
    in_force: Mapped[bool] = mapped_column(default=False)  # the published one of its round
    moved_by_hand: Mapped[bool] = mapped_column(default=False)
    fairness: Mapped[dict[str, Any] | None]
    explanation: Mapped[str | None] = mapped_column(Text)
    conflict: Mapped[list[Any] | None]
    problem: Mapped[str | None] = mapped_column(String(500))
    stop_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship(lazy="raise_on_sql")
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class Assignment(Base):
    """A plan proposes: this person, this placement, from block `start` on."""

    __tablename__ = "assignment"
    __personal__ = Personal(whose="person_id", fate=Fate.NAMELESS, stand_in=StandIn.ROTATIONS)
    __table_args__ = (
        UniqueConstraint("plan_id", "person_id", "placement_id"),
        CheckConstraint("start >= 0", name="starts_in_the_round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    start: Mapped[int]

    plan: Mapped[Plan] = relationship(back_populates="assignments", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    placement: Mapped[Placement] = relationship(lazy="raise_on_sql")


class RuleKind(StrEnum):
    """What HR tells the planner about one person."""

    PIN = "pin"
    FORBID = "forbid"


class PlanRule(Base):
    """A pin (must be there, from `start` when given) or a forbid (never there or at that host)."""

    __tablename__ = "plan_rule"
    __personal__ = Personal(
        whose="person_id", words=("reason",), others={"created_by": ("reason",)}
    )
    __table_args__ = (
        CheckConstraint("kind <> 'pin' OR placement_id IS NOT NULL", name="pin_names_a_placement"),
        CheckConstraint(
            "kind <> 'forbid' OR (placement_id IS NULL) <> (host_team_id IS NULL)",
            name="forbid_names_one_thing",
        ),
        Index("uq_plan_rule_pin", "round_id", "person_id", "placement_id", "kind", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RuleKind]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    host_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    start: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    placement: Mapped[Placement | None] = relationship(lazy="raise_on_sql")
    host: Mapped[Team | None] = relationship(lazy="raise_on_sql")
