"""What people say after a session, kept apart from who said it.

The mark tells that somebody has spoken, the sheet what was said. Sheets carry no person, no time
and a random key, so that nothing but the gathering is known of them. When the time for speaking is
over the sheets are written anew in random order, and the marks go.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY, Personal

ORDERLESS = {"sqlite_with_rowid": False}


class FeedbackMark(Base):
    """This person has given feedback on this session."""

    __tablename__ = "feedback_mark"
    __personal__ = Personal(whose="person_id")
    __table_args__ = (ORDERLESS,)

    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class FeedbackSheet(Base):
    """One anonymous feedback on a session; answers run from 1 to 5, None for left out."""

    __tablename__ = "feedback_sheet"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("useful BETWEEN 1 AND 5", name="useful_in_range"),
        CheckConstraint("task_helped BETWEEN 1 AND 5", name="task_in_range"),
        CheckConstraint("will_apply BETWEEN 1 AND 5", name="apply_in_range"),
        ORDERLESS,
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gathering.id", ondelete="CASCADE"), index=True
    )
    useful: Mapped[int | None]
    task_helped: Mapped[int | None]
    will_apply: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")
