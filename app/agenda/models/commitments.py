"""Commitments: the common coin of calendars, clashes and the contact ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import FRESH, Fate, Personal, StandIn


class CommitmentKind(StrEnum):
    """Where a commitment comes from; `source_id` is a key of that table."""

    STAY = "stay"  # stay
    SESSION = "session"  # meeting of a course's session, as a participant
    TEACHING = "teaching"  # meeting of a course's session, as its trainer
    TRIP = "trip"  # meeting of a field trip or a joint day, as guest or host


class ShownAs(StrEnum):
    """How a calendar shows the time to others."""

    BUSY = "busy"
    FREE = "free"
    AWAY = "away"


class Commitment(Base):
    """A person is somewhere in `[starts_at, ends_at)`, UTC.

    Two active hard commitments of one person never overlap (I3): an exclusion constraint on
    PostgreSQL, triggers on SQLite, both named `ex_commitment_one_place`. Soft ones only warn.

    `uid` names the calendar entry wherever it is seen (feed, download, mail); a time held anew
    after it was let go gets a new one. `sequence` counts moves, other rooms, what became certain
    and cancellations.
    `called_off_at` is set when the organiser cancelled: calendars show that until the end.
    """

    __tablename__ = "commitment"
    __personal__ = Personal(
        whose="person_id",
        fate=Fate.NAMELESS,
        stand_in=StandIn.TIMES,
        words=("note",),
        facts=("title", "uid", "zone", "location", "path"),
        instead={"hard": False, "uid": FRESH},
    )
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
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    all_day: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(64))  # IANA name: whose wall clock it was planned on
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.BUSY)
    tentative: Mapped[bool] = mapped_column(default=False)
    location: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    path: Mapped[str] = mapped_column(String(300), default="")  # its page, from the first slash on
