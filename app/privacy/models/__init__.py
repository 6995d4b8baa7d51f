"""What is decided about the data of those who left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Versioned
from app.domain.personal import NOBODY, Personal
from app.people.models import Person


class Erasure(Versioned, Base):
    """What HR decided about one person's data; it goes with them.

    `held_at` keeps everything until HR lets go, whatever the term says, and says why. `wanted_at`
    asks for the erasure now; the worker does it.
    """

    __tablename__ = "erasure"
    __personal__ = Personal(
        whose="person_id", words=("reason",), others={"held_by": (), "wanted_by": ()}
    )
    __table_args__ = (
        CheckConstraint("(held_at IS NULL) = (reason = '')", name="hold_has_a_reason"),
        CheckConstraint("held_at IS NULL OR wanted_at IS NULL", name="held_or_wanted"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    held_at: Mapped[datetime | None]
    held_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    wanted_at: Mapped[datetime | None] = mapped_column(index=True)
    wanted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")


class ErasureRule(Versioned, Base):
    """The one row that says after how many days data of leavers go by themselves; None: never.

    `files_due` is set by an erasure until the database's files hold no trace of it either.
    """

    __tablename__ = "erasure_rule"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("term IS NULL OR term BETWEEN 30 AND 3650", name="term_is_bounded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[int | None]
    files_due: Mapped[bool] = mapped_column(default=False)


__all__ = ["Erasure", "ErasureRule"]
