"""Rounds and what bounds them: blackout blocks and the wishes per pair of teams."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal
from app.domain.rounds import RoundState
from app.people.models import Team

__all__ = ["Blackout", "PairWish", "Round", "RoundState"]


class Round(Versioned, Base):
    """One planning round: `blocks` blocks of `block_weeks` weeks from Monday `starts_on`.

    Deadlines are days; each ends with that day in the zone of the company's first site.
    `notice_weeks` is the time between publishing and the earliest start, waivable by the person.
    `weights` is the planner's objective, `gap_blocks` the rest between two stays of one person.
    """

    __tablename__ = "round"
    __personal__ = Personal(others={"created_by": ()})
    __table_args__ = (
        CheckConstraint("blocks BETWEEN 1 AND 60", name="has_blocks"),
        CheckConstraint("block_weeks BETWEEN 1 AND 13", name="blocks_have_weeks"),
        CheckConstraint("gap_blocks >= 0", name="gap_is_not_negative"),
        CheckConstraint("max_rotations BETWEEN 1 AND 5", name="rotations_per_person"),
        CheckConstraint("notice_weeks BETWEEN 0 AND 26", name="notice_is_bounded"),
        CheckConstraint(
            "placements_due_on <= applications_due_on"
            " AND applications_due_on <= endorsements_due_on"
            " AND endorsements_due_on <= publish_on AND publish_on <= starts_on",
            name="deadlines_in_order",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    welcome: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[RoundState] = mapped_column(default=RoundState.DRAFT, index=True)
    starts_on: Mapped[date]
    blocks: Mapped[int]
    block_weeks: Mapped[int] = mapped_column(default=4)
    gap_blocks: Mapped[int] = mapped_column(default=0)
    max_rotations: Mapped[int] = mapped_column(default=1)
    notice_weeks: Mapped[int] = mapped_column(default=4)
    placements_due_on: Mapped[date]
    applications_due_on: Mapped[date]
    endorsements_due_on: Mapped[date]
    publish_on: Mapped[date]
    weights: Mapped[dict[str, Any]]
    seed: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    def block_starts_on(self, block: int) -> date:
        """The Monday on which block `block` (0-based; `blocks` gives the end) begins."""
        return self.starts_on + timedelta(weeks=block * self.block_weeks)

    @property
    def ends_on(self) -> date:
        """The first day after the last block."""
        return self.block_starts_on(self.blocks)


class Blackout(Base):
    """Days in which a team lets nobody go and takes nobody in: quarter end, a fair."""

    __tablename__ = "blackout"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        UniqueConstraint("team_id", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))

    team: Mapped[Team] = relationship(lazy="raise_on_sql")


class PairWish(Base):
    """How much a pair of teams needs exchange in a round: home sends, host receives.

    `need` is 0 to 20, in steps of a weight of 0.05; `target` the stays wished; the hard limits bind
    when set.
    """

    __tablename__ = "pair_wish"
    __personal__ = NOBODY
    __table_args__ = (
        UniqueConstraint("round_id", "home_team_id", "host_team_id"),
        CheckConstraint("home_team_id <> host_team_id", name="two_teams"),
        CheckConstraint("need BETWEEN 0 AND 20", name="need_is_bounded"),
        CheckConstraint("target BETWEEN 0 AND 100", name="target_is_bounded"),
        CheckConstraint(
            "hard_min IS NULL OR hard_max IS NULL OR hard_min <= hard_max", name="min_up_to_max"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    home_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    host_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    need: Mapped[int] = mapped_column(default=1)
    target: Mapped[int] = mapped_column(default=1)
    hard_min: Mapped[int | None]
    hard_max: Mapped[int | None]

    home: Mapped[Team] = relationship(foreign_keys=[home_team_id], lazy="raise_on_sql")
    host: Mapped[Team] = relationship(foreign_keys=[host_team_id], lazy="raise_on_sql")
