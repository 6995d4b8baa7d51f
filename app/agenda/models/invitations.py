"""What mailboxes are told of a person's time: one row per step of a calendar entry's life."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.agenda.models.commitments import CommitmentKind, ShownAs
from app.database import Base
from app.domain.personal import Personal


class Method(StrEnum):
    """What a message does to the entry (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Invitation(Base):
    """One message about one entry to one mailbox, written in the transaction of the change.

    It carries all it says, so that it stays true whatever happens to the commitment before the
    worker comes by. One step of one entry is told to one mailbox once, whoever tries again.
    """

    __tablename__ = "invitation"
    __personal__ = Personal(
        whose="person_id", facts=("uid", "attendee", "title", "zone", "location", "note", "path")
    )
    __table_args__ = (
        UniqueConstraint("uid", "attendee", "sequence", "method"),
        Index(
            "ix_invitation_unposted",
            "id",
            sqlite_where=text("posted_at IS NULL"),
            postgresql_where=text("posted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(80))
    attendee: Mapped[str] = mapped_column(String(254))
    sequence: Mapped[int]
    method: Mapped[Method]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CommitmentKind]
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    all_day: Mapped[bool]
    shown_as: Mapped[ShownAs]
    tentative: Mapped[bool]
    location: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]  # when the entry was created: its CREATED
    said_at: Mapped[datetime]  # when this step happened: its DTSTAMP
    posted_at: Mapped[datetime | None]
