"""What an open wave holds. All of it is gone when the wave is closed.

Who was asked and who has answered stand apart from what was answered; the latter is sealed with
a key the database does not know. No time, no number that counts up, no order: the tables of
SQLite have no rowid, and on PostgreSQL their files are rewritten after the close.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY, Personal

ORDERLESS = {"sqlite_with_rowid": False}


class Asked(Base):
    """A person is asked, as a member of the team that was home when the wave opened."""

    __tablename__ = "asked"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (ORDERLESS,)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))


class AskedAbout(Base):
    """A person is asked about a team."""

    __tablename__ = "asked_about"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["wave_id", "person_id"], ["asked.wave_id", "asked.person_id"], ondelete="CASCADE"
        ),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)


class BallotMark(Base):
    """A person has handed in the ballot about a team: the row's being there says all."""

    __tablename__ = "ballot_mark"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["wave_id", "person_id", "target_id"],
            ["asked_about.wave_id", "asked_about.person_id", "asked_about.target_id"],
            ondelete="CASCADE",
        ),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True)


class CommentMark(Base):
    """A person has handed in the sheet for comments, empty or not."""

    __tablename__ = "comment_mark"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["wave_id", "person_id"], ["asked.wave_id", "asked.person_id"], ondelete="CASCADE"
        ),
        ORDERLESS,
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)


class SealedBox(Base):
    """A ballot or a sheet of comments nobody can read before the close; `key` is random."""

    __tablename__ = "sealed_box"
    __personal__ = NOBODY
    __table_args__ = (CheckConstraint("length(key) = 16", name="key_is_random"), ORDERLESS)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
