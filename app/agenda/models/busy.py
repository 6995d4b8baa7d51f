"""Times at which people are busy elsewhere, as their own calendars say: no titles, ever."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Versioned
from app.domain.personal import Personal


class SourceKind(StrEnum):
    """Where a calendar comes from."""

    URL = "url"
    FILE = "file"


class SourceState(StrEnum):
    """What came of it the last time."""

    NEW = "new"  # nobody has looked yet
    GOOD = "good"
    FAILING = "failing"  # the busy times are those of the last good time


class Firmness(StrEnum):
    """How certain a busy time is."""

    HARD = "hard"
    SOFT = "soft"


class CalendarSource(Versioned, Base):
    """A calendar outside, whose busy times its owner brought here.

    The address is a secret: `sealed_address` can be opened with the installation's key only, and
    pages show no more than `shown`, its host (or the name of the file). `problem` is the English
    sentence of the last failure, `note` says how much of the calendar could not be read:
    {skipped: {reason: number}, remarks: [sentence]}. Busy times are known until `known_until`.
    A worker that looks moves `next_due_at` ahead first, so that no two look at once.
    """

    __tablename__ = "calendar_source"
    __personal__ = Personal(
        whose="person_id",
        facts=("shown", "problem", "note", "etag", "last_modified"),
        secrets=("sealed_address",),
    )
    __table_args__ = (
        CheckConstraint("(kind = 'url') = (sealed_address IS NOT NULL)", name="url_has_address"),
        CheckConstraint("failures >= 0", name="failures_count_up"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SourceKind]
    shown: Mapped[str] = mapped_column(String(255))
    sealed_address: Mapped[bytes | None]
    state: Mapped[SourceState]
    problem: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[dict[str, Any] | None]
    failures: Mapped[int] = mapped_column(default=0)
    all_day_counts: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_tried_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    known_until: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    etag: Mapped[str | None] = mapped_column(String(200))
    last_modified: Mapped[str | None] = mapped_column(String(200))


class BusyTime(Base):
    """Somebody is busy in `[starts_at, ends_at)`, UTC, according to one of their calendars."""

    __tablename__ = "busy_time"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        Index("ix_busy_time_person_span", "person_id", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("calendar_source.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[Firmness]
