"""Notices to people and the mails that carry them."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.database import Base
from app.domain.personal import Personal


class NoticeTopic(StrEnum):
    """What a notice is about; people choose per topic how they hear of it."""

    ACCESS = "access"
    ROUNDS = "rounds"
    APPLICATIONS = "applications"
    ENDORSEMENTS = "endorsements"
    STAYS = "stays"
    INSIGHTS = "insights"
    BOOKINGS = "bookings"
    SURVEYS = "surveys"
    COLLABORATION = "collaboration"


class Delivery(StrEnum):
    """How a topic's optional notices reach a person; must-know ones are always mailed at once."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    PAGE_ONLY = "page_only"


class Notice(Base):
    """Something a person should know. Title and text are English message ids, translated on use.

    `params` fills their placeholders; a value {"date": "2026-01-31"} or {"instant": "…Z"} is
    written in the reader's way. `path` is where the one action leads. `dedupe_key` makes sure
    that one change tells one person once (I4). Of a `private` one nobody else learns: its mail is
    a `PrivateMail`, it stands in no digest, and when it was read is not kept.
    """

    __tablename__ = "notice"
    __personal__ = Personal(
        whose="person_id",
        facts=("title", "text", "params", "path", "action"),
        secrets=("dedupe_key",),
    )
    __table_args__ = (
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    topic: Mapped[NoticeTopic]
    must_know: Mapped[bool] = mapped_column(default=False)
    private: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    path: Mapped[str] = mapped_column(String(300))
    action: Mapped[str] = mapped_column(String(80))
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
    awaits_mail: Mapped[bool] = mapped_column(default=False, index=True)
    awaits_digest: Mapped[bool] = mapped_column(default=False, index=True)


class MailState(StrEnum):
    """Each mail ends as sent or as failed and shown; it never vanishes."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # the account was closed or erased before it could go


class Outgoing:
    """One mail to one person, written together with the change it tells of (I4).

    The Message-ID is made from the row's key, so that a copy sent twice after a crash is
    recognised as the same mail. `claimed_until` is the lease of the worker that sends it.
    """

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands the class over
        waiting = text("state = 'waiting'")
        name = f"ix_{cast('Any', cls).__tablename__}_waiting"
        return (
            CheckConstraint("attempts >= 0", name="attempts_count_up"),
            Index(name, "due_at", sqlite_where=waiting, postgresql_where=waiting),
        )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # random; becomes the Message-ID
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))


class Mail(Outgoing, Base):
    """A mail that administrators find in the outbox.

    A `secret` one (it carries a single-use link) loses its body once sent. One that carries a
    `calendar` is an invitation or takes one back (its METHOD says which).
    """

    __tablename__ = "mail"
    __personal__ = Personal(
        whose="person_id",
        facts=("address", "subject", "body", "calendar", "last_error"),
        secrets=("key", "dedupe_key"),
    )

    secret: Mapped[bool] = mapped_column(default=False)
    calendar: Mapped[str | None] = mapped_column(Text)  # the iCalendar text of an invitation


class PrivateMail(Outgoing, Base):
    """A mail no list shows, not even whom it goes to, such as who is reminded of a survey.

    In a table of its own, so that backups of either engine leave it out. Its text is wiped once it
    is sent, the row goes with what it tells of (`app.outbox.services.forget`).
    """

    __tablename__ = "private_mail"
    __personal__ = Personal(
        whose="person_id",
        facts=("address", "subject", "body", "last_error"),
        secrets=("key", "dedupe_key"),
    )
    secret: ClassVar[bool] = True
    calendar: ClassVar[str | None] = None


class NoticeSetting(Base):
    """How one person wants to hear of one topic; no row means a daily digest."""

    __tablename__ = "notice_setting"
    __personal__ = Personal(whose="person_id")

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[NoticeTopic] = mapped_column(primary_key=True)
    delivery: Mapped[Delivery]


class QuietHours(Base):
    """Local hours in which a person gets no optional mail, and the hour of the daily digest."""

    __tablename__ = "quiet_hours"
    __personal__ = Personal(whose="person_id")

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    digest_at: Mapped[time] = mapped_column(default=time(7, 30))
