"""The three taps after a contact, kept apart from who tapped.

The mark tells that somebody has answered, the sheet what. Sheets carry no person, no time, no kind
of contact and a random key: nothing but the two teams and the quarter is known of them. When the
time for answering is over the sheets are written anew in random order, and the marks go.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.domain.personal import NOBODY, Personal

ORDERLESS = {"sqlite_with_rowid": False}


class PulseMark(Base):
    """This person has answered after this contact. `contact` names it, and it was over then."""

    __tablename__ = "pulse_mark"
    __personal__ = Personal(whose="person_id", facts=("contact",))
    __table_args__ = (ORDERLESS,)

    contact: Mapped[str] = mapped_column(String(40), primary_key=True)  # "gathering:12", "stay:3"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    ended_at: Mapped[datetime]  # of the contact, never of the answer


class PulseSheet(Base):
    """Three taps on the quality of a contact, known by pair of teams and quarter only."""

    __tablename__ = "pulse_sheet"
    __personal__ = NOBODY
    __table_args__ = (
        CheckConstraint("from_team_id <> about_team_id", name="about_another_team"),
        CheckConstraint("equal_footing BETWEEN 1 AND 3", name="footing_in_range"),
        CheckConstraint("common_task BETWEEN 1 AND 3", name="task_in_range"),
        CheckConstraint("backed_by_leads BETWEEN 1 AND 3", name="backing_in_range"),
        ORDERLESS,
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    from_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    about_team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    quarter: Mapped[str] = mapped_column(String(7))  # "2026-Q4"
    equal_footing: Mapped[int | None]
    common_task: Mapped[int | None]
    backed_by_leads: Mapped[int | None]
