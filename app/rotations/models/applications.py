"""Applications, their endorsement by the home team, and the answer everybody gets."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.endorsing import EndorsementState
from app.domain.personal import Fate, Personal, StandIn
from app.people.models import Person, Team
from app.rotations.models.placements import Placement
from app.rotations.models.rounds import Round

__all__ = [
    "Application",
    "ApplicationState",
    "Avoidance",
    "Choice",
    "Endorsement",
    "EndorsementState",
    "Outcome",
]


class ApplicationState(StrEnum):
    """A draft is the person's own business; only submitted ones are endorsed and planned."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Application(Versioned, Base):
    """One person's ranked choices in one round.

    `earliest_on` and `latest_on` bound the days the person can be away (None: the round's own).
    `notice_waived` is the person's own waiver of the notice period.
    """

    __tablename__ = "application"
    __personal__ = Personal(
        whose="person_id", fate=Fate.NAMELESS, stand_in=StandIn.ROTATIONS, words=("motivation",)
    )
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint(
            "earliest_on IS NULL OR latest_on IS NULL OR earliest_on < latest_on",
            name="earliest_before_latest",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    home_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    motivation: Mapped[str] = mapped_column(Text, default="")
    earliest_on: Mapped[date | None]
    latest_on: Mapped[date | None]
    same_site_wish: Mapped[bool] = mapped_column(default=False)
    notice_waived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    home: Mapped[Team] = relationship(lazy="raise_on_sql")
    choices: Mapped[list[Choice]] = relationship(
        back_populates="application",
        order_by="Choice.rank",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )
    avoidances: Mapped[list[Avoidance]] = relationship(
        back_populates="application", cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    endorsement: Mapped[Endorsement | None] = relationship(
        back_populates="application", lazy="raise_on_sql"
    )
    outcome: Mapped[Outcome | None] = relationship(
        back_populates="application", lazy="raise_on_sql"
    )


class Choice(Base):
    """One wished placement; rank 1 is the dearest."""

    __tablename__ = "choice"
    __personal__ = Personal(part_of="application_id", fate=Fate.NAMELESS)
    __table_args__ = (
        UniqueConstraint("application_id", "rank"),
        UniqueConstraint("application_id", "placement_id"),
        CheckConstraint("rank BETWEEN 1 AND 5", name="up_to_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    rank: Mapped[int]

    application: Mapped[Application] = relationship(back_populates="choices", lazy="raise_on_sql")
    placement: Mapped[Placement] = relationship(lazy="raise_on_sql")


class Avoidance(Base):
    """A private "not there" (team) or "not with" (person); seen by the writer and HR only."""

    __tablename__ = "avoidance"
    __personal__ = Personal(part_of="application_id", goes_with=("person_id",))
    __table_args__ = (
        CheckConstraint("(team_id IS NULL) <> (person_id IS NULL)", name="team_or_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    application: Mapped[Application] = relationship(
        back_populates="avoidances", lazy="raise_on_sql"
    )
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Endorsement(Versioned, Base):
    """What the home team says to an application, with its cover plan or its reason."""

    __tablename__ = "endorsement"
    __personal__ = Personal(
        part_of="application_id",
        fate=Fate.NAMELESS,
        words=("cover_plan", "reason"),
        others={"decided_by": ("cover_plan", "reason")},
    )
    __table_args__ = (
        CheckConstraint("state <> 'refused' OR reason <> ''", name="refusal_has_a_reason"),
        CheckConstraint(
            "(state IN ('asked', 'escalated')) = (decided_at IS NULL)", name="decided_or_open"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    state: Mapped[EndorsementState] = mapped_column(default=EndorsementState.ASKED, index=True)
    cover_plan: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date] = mapped_column(index=True)
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    application: Mapped[Application] = relationship(
        back_populates="endorsement", lazy="raise_on_sql"
    )
    decider: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Outcome(Base):
    """The answer to an application when its round was published: placed, or not and why.

    `rank` is the rank of the choice that was met; `reasons` are the planner's facts from which
    pages write the sentences.
    """

    __tablename__ = "outcome"
    __personal__ = Personal(part_of="application_id", fate=Fate.NAMELESS, facts=("reasons",))
    __table_args__ = (CheckConstraint("placed = (rank IS NOT NULL)", name="placed_has_a_rank"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    placed: Mapped[bool]
    rank: Mapped[int | None]  # 0: placed by a pin, outside the wishes
    reasons: Mapped[list[Any]]
    decided_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="outcome", lazy="raise_on_sql")
