"""Links that other calendars follow, and what tells them that something changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.domain.personal import NOBODY, Personal
from app.people.models import Team


class FeedKind(StrEnum):
    """Whose time a link shows."""

    OWN = "own"
    TEAM = "team"


class FeedVariant(StrEnum):
    """How much a link shows: all of it, or only that the time is taken."""

    FULL = "full"
    BUSY = "busy"


class Channel(StrEnum):
    """How a person's calendar hears of things; one of the two, or everything is there twice."""

    FEED = "feed"
    MAIL = "mail"


class FeedLink(Base):
    """A secret address that a calendar program polls; only the hash of its secret is stored.

    `prefix` are the first hex digits of the hash, which logs and people may see. `used_at` is
    written at most once an hour.
    """

    __tablename__ = "feed_link"
    __personal__ = Personal(whose="person_id", facts=("prefix",), secrets=("token_hash",))
    __table_args__ = (
        CheckConstraint("length(token_hash) = 64", name="token_is_hashed"),
        CheckConstraint("(kind = 'team') = (team_id IS NOT NULL)", name="team_link_names_a_team"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FeedKind]
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), index=True
    )
    variant: Mapped[FeedVariant]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")


class PersonCalendar(Base):
    """Counts every change of anything a person's calendar shows; the database does it itself.

    Triggers (`tg_calendar_…`) write the row with the person and count in the transaction of the
    change, so that no service can forget it. `changed_at` is of whole seconds and never falls.
    """

    __tablename__ = "person_calendar"
    __personal__ = Personal(whose="person_id")

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class TeamCalendar(Base):
    """The same for what belongs to a team as such: its name, members, leads and guests.

    `names_shown`: the team agreed that members see in its feed who of them is where.
    """

    __tablename__ = "team_calendar"
    __personal__ = NOBODY

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    names_shown: Mapped[bool] = mapped_column(default=False)


class CalendarPreference(Base):
    """Which way a person chose; no row means the feed."""

    __tablename__ = "calendar_preference"
    __personal__ = Personal(whose="person_id")

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[Channel]
    changed_at: Mapped[datetime]
