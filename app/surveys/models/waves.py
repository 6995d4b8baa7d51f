"""Waves, and what is frozen when one opens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY
from app.domain.waves import WaveState
from app.people.models import Team
from app.surveys.models.questions import Question


class Wave(Versioned, Base):
    """One run of the survey, in `[opens_on, ends_on)` on the company's wall clock.

    `k`, `k_target`, `formula` and the questions are frozen when it opens. `public_key` seals its
    ballots; the private one lives outside the database and is destroyed at the close. `digest`
    is that of the release plan, `protocol` the counts of the close, for the works council, with
    the `signature` of the instance's key, whose public half is `signed_by` (both hexadecimal).
    `claimed_until` is the lease of the worker that closes it, `cleaned` says that its key is
    destroyed and the files hold no trace of what was deleted. `company_count` is how many persons
    stand behind the company's total at least.
    """

    __tablename__ = "wave"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("opens_on < ends_on", name="opens_before_it_ends"),
        CheckConstraint("k BETWEEN 5 AND 15", name="k_protects"),
        CheckConstraint("k_target BETWEEN 5 AND 15", name="k_target_protects"),
        CheckConstraint("asked >= 0 AND reminders >= 0", name="counts_are_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[WaveState] = mapped_column(default=WaveState.DRAFT, index=True)
    opens_on: Mapped[date]
    ends_on: Mapped[date]
    k: Mapped[int] = mapped_column(default=5)
    k_target: Mapped[int] = mapped_column(default=5)
    formula: Mapped[int] = mapped_column(default=1)
    asked: Mapped[int] = mapped_column(default=0)  # people, when it opened
    reminders: Mapped[int] = mapped_column(default=0)  # sent so far
    public_key: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    protocol: Mapped[dict[str, Any] | None]
    signature: Mapped[str | None] = mapped_column(String(128))
    signed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    cleaned: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class WaveQuestion(Base):
    """A question as a wave asks it."""

    __tablename__ = "wave_question"
    __personal__ = NOBODY

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)

    question: Mapped[Question] = relationship(lazy="raise_on_sql")


class WaveTeam(Base):
    """A team as it stood when the wave opened.

    `members` are its people at home there that day, `moved` how many had joined or left it since
    the wave before (None for the first wave).
    """

    __tablename__ = "wave_team"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("members >= 0", name="members_are_not_negative"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True
    )
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    department: Mapped[str] = mapped_column(String(120))
    members: Mapped[int]
    moved: Mapped[int | None]

    team: Mapped[Team] = relationship(lazy="raise_on_sql")
